import { and, desc, gte, lt, lte, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { entries } from '#db/schema/index.ts'
import { type Actor, isAdministrator } from '#modules/actor.ts'
import { serialInput } from '#modules/certificates/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { kinds } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { fullName } from '#modules/words/index.ts'
import { day, endOfDay } from '#modules/day.ts'
import { maySeeReveals } from './policy.ts'
import { type Purpose, purposes } from './revealHolder.ts'

/** What can be looked at: a holder's name, or a personal number. */
export const revealedFields = ['name', 'iin', 'passport'] as const
export type RevealedField = (typeof revealedFields)[number]

export const revealsInput = z.object({
  /** Days in Kazakhstan, both included. */
  from: day.optional(),
  to: day.optional(),
  field: z.enum(revealedFields).optional(),
  purpose: z.enum(purposes).optional(),
  /** The first digits, at least eight, of the keyed hash of who looked, or of who was looked at. */
  by: z.string().regex(/^[0-9a-f]{8,32}$/).optional(),
  subject: z.string().regex(/^[0-9a-f]{8,32}$/).optional(),
  serial: serialInput.optional(),
  before: z.int().min(1).optional(),
  limit: z.int().min(1).max(1000).default(50),
})
export type RevealsAsked = z.input<typeof revealsInput>

/** One look at personal data. People by the first digits of their keyed hash; `name` of who looked only for administrators. */
export type Looked = {
  seq: number; at: Date; field: RevealedField; by: string; name: string | null
  /** Somebody looked at their own number. */
  own: boolean
  subject: string; serial: string | null; purpose: Purpose | null; reason: string | null
}

// Few among millions: the index of kinds leads to them, and everything else is looked up in those few.
const looked = sql`${entries.kind} in ('holder.revealed', 'person.revealed')`

/**
 * Every time a name or a personal number was looked at, newest first, as the ledger tells it: for whoever answers for the protection of
 * personal data, as auditor or administrator. `cursor` is the number to go on before.
 */
export async function reveals(db: Db, actor: Actor, input: RevealsAsked = {}): Promise<{ items: Looked[]; cursor: number | null }> {
  const { limit, ...asked } = revealsInput.parse(input)

  permit(maySeeReveals(actor))

  const found = await db.select().from(entries).where(and(looked, ...conditions(asked))).orderBy(desc(entries.seq)).limit(limit + 1)
  const shown = found.slice(0, limit)
  const read = shown.flatMap((row) => readLook(row) ?? [])
  const names = isAdministrator(actor) ? await namesOf(db, new Set(read.map((one) => one.by))) : new Map<string, string>()
  return {
    items: read.map(({ by, subject, ...one }) => ({ ...one, by: by.slice(0, 8), subject: subject.slice(0, 8), own: by === subject, name: names.get(by) ?? null })),
    cursor: found.length > limit ? shown.at(-1)!.seq : null,
  }
}

/** Canonical JSON spells a fact one way, so a text search is exact. */
const says = (name: string, value: string, whole = true): SQL => sql`${entries.body} like ${`%"${name}":"${value}${whole ? '"' : ''}%`}`

function conditions({ from, to, field, purpose, by, subject, serial, before }: Omit<z.infer<typeof revealsInput>, 'limit'>): (SQL | undefined)[] {
  return [
    from === undefined ? undefined : gte(entries.at, new Date(endOfDay(dayBefore(from)).getTime() + 1)),
    to === undefined ? undefined : lte(entries.at, endOfDay(to)),
    field === undefined ? undefined : field === 'name' ? sql`${entries.kind} = 'holder.revealed'` : says('field', field),
    purpose === undefined ? undefined : says('purpose', purpose),
    by === undefined ? undefined : says('by', by, false),
    subject === undefined ? undefined : says('subject', subject, false),
    serial === undefined ? undefined : says('serial', serial),
    before === undefined ? undefined : lt(entries.seq, before),
  ]
}

const dayBefore = (date: string) => new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)

/** What an entry tells, or nothing when it was tampered with: the ledger's own check names it then. */
function readLook({ seq, at, kind, body }: typeof entries.$inferSelect): Omit<Looked, 'name' | 'own'> | null {
  try {
    const told = JSON.parse(body) as { by: string; facts: unknown }
    const plain = { seq, at, by: String(told.by) }
    if (kind === 'person.revealed') return { ...plain, ...kinds['person.revealed'].parse(told.facts), serial: null, purpose: null, reason: null }
    const { subject, serial, purpose, reason } = kinds['holder.revealed'].parse(told.facts)
    return { ...plain, field: 'name', subject, serial, purpose: z.enum(purposes).parse(purpose), reason }
  } catch {
    return null
  }
}

/** Names of who looked: the ledger's hash can't be turned back, so those who could look are hashed until all are found. */
async function namesOf(db: Db, wanted: Set<string>): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  if (wanted.size === 0) return names
  const staff = await rows<{ id: string; familyName: string; givenName: string; patronymic: string | null }>(db, sql`
    select p.id::text as id, p.family_name as "familyName", p.given_name as "givenName", p.patronymic
      from persons p
     where p.erased_at is null
       and exists (select from memberships m where m.person_id = p.id and m.role in ('auditor', 'administrator', 'coordinator'))`)
  for (const one of staff) {
    const hash = subjectOf(one.id)
    if (wanted.has(hash)) names.set(hash, fullName(one))
    if (names.size === wanted.size) break
  }
  return names
}
