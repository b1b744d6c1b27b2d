import { and, desc, eq, lt } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { entries, monthlyStatements } from '#db/schema/index.ts'
import { inSnapshot } from '#db/snapshot.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { signedBy } from '#modules/keys/index.ts'
import { isSigned, publicKeys, readNote } from '#modules/ledger/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { asOfLedger } from './asOfLedger.ts'
import { type FigureName, figureNames, type Figures } from './ledgerFigures.ts'
import { daysOf, digestOfStatement, isMonth, type MonthlyStatement, readStatementBody } from './monthlyStatement.ts'

/** A signed statement; `confirmed` when text, signature, entry and checkpoint agree. */
export type KeptStatement = { month: string; statement: MonthlyStatement; body: string; digest: string; signature: string; signedAt: Date; entry: number; byClock: boolean; confirmed: boolean }

type Row = typeof monthlyStatements.$inferSelect

/** The statements that there are, the latest month first. For auditors and the system. */
export async function listStatements(db: Db, actor: Actor): Promise<{ month: string; asOf: Date; signedAt: Date; digest: string; total: Figures; byClock: boolean }[]> {
  permit(mayAudit(actor))

  const all = await db.select().from(monthlyStatements).orderBy(desc(monthlyStatements.month))
  return all.map(({ month, asOf, signedAt, digest, body, signedBy: by }) => ({ month, asOf, signedAt, digest, total: readStatementBody(body).total, byClock: by === null }))
}

/** A statement and the one of an earlier month before it. `object.not-found` when none was signed. For auditors and the system. */
export async function statementOf(db: Db, actor: Actor, { month }: { month: string }): Promise<KeptStatement & { before: { month: string; total: Figures } | null }> {
  permit(mayAudit(actor))

  const row = found(isMonth(month) ? (await db.select().from(monthlyStatements).where(eq(monthlyStatements.month, month)))[0] : undefined)
  const [before] = await db.select().from(monthlyStatements).where(lt(monthlyStatements.month, month)).orderBy(desc(monthlyStatements.month)).limit(1)
  return { ...(await read(db, row)), before: before ? { month: before.month, total: readStatementBody(before.body).total } : null }
}

/** The statement of the latest month, or null while none was signed. For auditors and the system. */
export async function lastStatement(db: Db, actor: Actor): Promise<{ month: string; asOf: Date; total: Figures } | null> {
  permit(mayAudit(actor))

  const [row] = await db.select().from(monthlyStatements).orderBy(desc(monthlyStatements.month)).limit(1)
  return row ? { month: row.month, asOf: row.asOf, total: readStatementBody(row.body).total } : null
}

async function read(db: Db, row: Row): Promise<KeptStatement> {
  return { month: row.month, statement: readStatementBody(row.body), body: row.body, digest: row.digest, signature: row.signature.toString('base64'), signedAt: row.signedAt, entry: row.entrySeq, byClock: row.signedBy === null, confirmed: await isConfirmed(db, row) }
}

/** The stored text is the one that was signed and told to the ledger, by a key that was believed then, over a head that was signed too. */
async function isConfirmed(db: Db, row: Row): Promise<boolean> {
  const statement = readStatementBody(row.body)
  if (digestOfStatement(row.body) !== row.digest || statement.month !== row.month || statement.kid !== row.kid || statement.asOf !== row.asOf.toISOString()) return false
  const keys = (await publicKeys(db)).filter((one) => one.purpose === 'checkpoint')
  const key = keys.find((one) => one.kid === row.kid)
  if (!key || (key.compromisedSince && row.signedAt >= key.compromisedSince) || !signedBy(key.spki, Buffer.from(row.body, 'utf8'), row.signature)) return false
  const [entry] = await db.select().from(entries).where(and(eq(entries.seq, row.entrySeq), eq(entries.kind, 'statement.signed')))
  const { facts } = (entry ? JSON.parse(entry.body) : {}) as { facts?: Record<string, unknown> }
  if (facts?.['digest'] !== row.digest || facts['month'] !== row.month) return false
  const note = readNote(statement.ledger.checkpoint)
  return note.size === statement.ledger.size && note.root.toString('hex') === statement.ledger.root && isSigned(note, keys.map((one) => one.spki))
}

/** A figure as it was said, as the same entries say it now, with what was told later about the same moment, and the month as it stands today. */
export type StatementFigure = { figure: FigureName; said: number; again: number; late: number; today: number }

/**
 * A statement against the ledger of today. `said` and `again` are the same unless somebody changed an entry; what was told afterwards about the
 * month shows in `late`, and what was revoked or replaced since in `today`. Reads the ledger from its first entry. For auditors and the system.
 */
export async function compareStatement(db: Db, actor: Actor, { month }: { month: string }): Promise<StatementFigure[]> {
  const { statement } = await statementOf(db, actor, { month })
  const { from, to, asOf } = daysOf(month)
  const [again, late, today] = await inSnapshot(db, async (tx) => [
    await asOfLedger(tx, actor, { asOf: asOf.toISOString(), from, to, size: statement.ledger.size }),
    await asOfLedger(tx, actor, { asOf: asOf.toISOString(), from, to }),
    await asOfLedger(tx, actor, { from, to }),
  ] as const)
  return figureNames.map((figure) => ({ figure, said: statement.total[figure], again: again.total[figure], late: late.total[figure], today: today.total[figure] }))
}
