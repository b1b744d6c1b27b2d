import type { Db } from './client.ts'

type Statement<Result> = { execute(values?: Record<string, unknown>): Promise<Result> }
type Session = { constructor: object; client: unknown; logger: unknown }

/**
 * A statement whose text is built once in the life of the process and runs on the handle that it is given: the values fill
 * its placeholders. drizzle's own `prepare` ties a statement to the handle that built it, which a transaction never is twice;
 * so the built statement is lent the connection of the one at hand, and asks it to keep the server's plan, however long the text.
 * For busy paths, where building and planning cost more than running.
 */
export function kept<Result>(build: (db: Db) => Statement<Result>): (db: Db, values: Record<string, unknown>) => Promise<Result> {
  // The embedded database and the server have statements of different classes, and tests open both.
  const built = new WeakMap<object, Statement<Result>>()
  return (db, values) => {
    const { constructor, client, logger } = (db as unknown as { session: Session }).session
    let statement = built.get(constructor)
    if (!statement) built.set(constructor, (statement = build(db)))
    return (Object.create(statement, { client: { value: client }, logger: { value: logger }, prepare: { value: true } }) as Statement<Result>).execute(values)
  }
}
