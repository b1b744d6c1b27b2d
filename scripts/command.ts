import type { Database, Db } from '#db/client.ts'
import type { Environment } from '#db/environment.ts'

export type Context = {
  db: Db
  database: Database
  environment: Environment
  /** The words after the command's name. */
  args: string[]
  print(line: string): void
}

/** 0 done, 1 the answer is no, 2 wrong usage or environment. */
export type ExitCode = 0 | 1 | 2

/** One command of `besik`. */
export type Command = {
  /** One word or two: `serve`, `ledger verify`. */
  name: string
  summary: string
  usage: string
  /** It needs no database, ever or with these words: nothing is opened, and it works beside a running server. It then touches only `args` and `print`. */
  alone?: true | ((args: readonly string[]) => boolean)
  run(context: Context): Promise<ExitCode>
}

/** The words don't fit the command: exit code 2, with the usage. */
export class WrongUsage extends Error {}
