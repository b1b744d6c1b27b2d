import { desc, eq, lt } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { monthlyStatements, type Texts } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { checkpointCovering, headOf, record, signingKey } from '#modules/ledger/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { type Key, type Locale, locales, t } from '#modules/words/index.ts'
import { nameOf, namesIn } from '#modules/counts/index.ts'
import { compareAsOf } from './asOfLedger.ts'
import { figureNames, type Part, type Parting, partings } from './ledgerFigures.ts'
import { daysOf, digestOfStatement, isMonth, type MonthlyStatement, writeStatement } from './monthlyStatement.ts'

export const signStatementInput = z.object({ month: z.string().refine(isMonth, { error: 'field.invalid_format' }) })

/** A transaction that began before a month ended may be committed a moment after it. */
const settled = 10 * 60 * 1000

/**
 * Signs what the ministry says of a month, as of its end: counted from the ledger alone, held against the ministry's queries, and printed
 * with the signed head of the ledger over everything that was counted. Signed once and never changed; whoever signs it again is answered
 * the one there is. For auditors, and the clock on the first night of the next month. Refuses `statement.month-not-over`,
 * `statement.nothing-yet` for a month in which the ledger told nothing yet, and `statement.differs` {count} while two ways of counting disagree.
 */
export async function signStatement(db: Db, actor: Actor, { month }: z.infer<typeof signStatementInput>, now = new Date()): Promise<{ month: string; digest: string; signed: boolean }> {
  permit(mayAudit(actor))

  const known = await keptOf(db, month)
  if (known) return { month, digest: known.digest, signed: false }
  const { from, to, asOf } = daysOf(month)
  if (now.getTime() < asOf.getTime() + settled) throw new Refusal('statement.month-not-over', {}, { month: 'field.future' })
  const { size } = await headOf(db)
  if (size === 0) throw new Refusal('statement.nothing-yet')
  // Only what is committed is signed, so the head is signed before the transaction that tells of the statement.
  const checkpoint = await checkpointCovering(db, size)
  const { told, differences } = await compareAsOf(db, actor, { asOf: asOf.toISOString(), from, to, size: checkpoint.size })
  if (told.entries === 0) throw new Refusal('statement.nothing-yet')
  if (differences.length + told.unreadable.length > 0) throw new Refusal('statement.differs', { count: differences.length + told.unreadable.length })

  const parts = await withNames(db, told.parts)
  return transact(db, async (tx) => {
    const key = await signingKey(tx, 'checkpoint')
    const [before] = await tx.select({ month: monthlyStatements.month, digest: monthlyStatements.digest }).from(monthlyStatements).where(lt(monthlyStatements.month, month)).orderBy(desc(monthlyStatements.month)).limit(1)
    const body = writeStatement({
      v: 1, type: 'besik-monthly-statement', month, from, to, asOf: asOf.toISOString(), demonstration: told.demonstration,
      definitions: figureNames.map((figure) => ({ figure, name: `counts.definition.${figure}`, words: inAll((locale) => t(locale, `counts.definition.${figure}` as Key)) })),
      total: told.total, parts, ledger: { size: checkpoint.size, root: checkpoint.root, checkpoint: checkpoint.note }, previous: before ?? null, kid: key.kid,
    })
    const digest = digestOfStatement(body)
    const entrySeq = await record(tx, actor, 'statement.signed', { month, size: checkpoint.size, kid: key.kid, digest })
    // Of two who sign at once the first one has taken the ledger's head: the other sees its row now.
    const meanwhile = await keptOf(tx, month)
    if (meanwhile) throw new Refusal('statement.signed-meanwhile')
    await tx.insert(monthlyStatements).values({ month, body, digest, signature: key.sign(Buffer.from(body, 'utf8')), kid: key.kid, asOf, checkpointSize: checkpoint.size, entrySeq, signedBy: actor.personId, signedAt: now })
    return { month, digest, signed: true }
  })
}

const keptOf = async (db: Db, month: string) => (await db.select({ digest: monthlyStatements.digest }).from(monthlyStatements).where(eq(monthlyStatements.month, month)))[0]

const inAll = (said: (locale: Locale) => string) => Object.fromEntries(locales.map((locale) => [locale, said(locale)])) as Texts

/** The parts with their names of today: the paper is read when places and courses may be called otherwise. */
async function withNames(db: Db, parts: Record<Parting, Part[]>): Promise<MonthlyStatement['parts']> {
  const names = await namesIn(db, partings.flatMap((by) => parts[by].map((one) => ({ [by]: one.value }))))
  return Object.fromEntries(partings.map((by) => [by, parts[by].map((one) => ({ ...one, names: inAll((locale) => nameOf(locale, names, by, one.value)) }))])) as MonthlyStatement['parts']
}
