import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { countFigure } from '#modules/counts/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { signStatement, type signStatementInput } from './signStatement.ts'

/** As many certificates are gone through while somebody waits for a page; more are for the night and the command line. */
export const mostComparedAtOnce = 20_000

/** Whether the register is small enough to be gone through while somebody waits. For auditors and the system. */
export async function isComparedAtOnce(db: Db, actor: Actor): Promise<boolean> {
  permit(mayAudit(actor))

  return (await countFigure(db, actor, { figure: 'certificates' })).count <= mostComparedAtOnce
}

/** `signStatement` for a page. Refuses also `statement.too-large` {command}: a large register is read for minutes, by the clock or a command. */
export async function signStatementAtOnce(db: Db, actor: Actor, input: z.infer<typeof signStatementInput>): ReturnType<typeof signStatement> {
  if (!(await isComparedAtOnce(db, actor))) throw new Refusal('statement.too-large', { command: `besik statement sign ${input.month}` })
  return signStatement(db, actor, input)
}
