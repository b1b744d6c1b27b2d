import { and, desc, eq, gte, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { denials } from '#db/schema/index.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { permit } from '#modules/refusal.ts'
import { addDays } from '#modules/words/index.ts'
import { day, endOfDay } from '#modules/day.ts'

/** Kept out of something, or not believed to be who they said they were. */
export const denialSorts = ['rights', 'proof'] as const

export const deniedFilters = z.object({
  sort: z.enum(denialSorts).optional(),
  /** A person's keyed hash or its first eight digits; `nobody` for tries of those who were not signed in. */
  who: z.union([z.literal('nobody'), z.string().regex(/^[0-9a-f]{8,32}$/)]).optional(),
  from: day.optional(),
  to: day.optional(),
})
export type DeniedFilters = z.infer<typeof deniedFilters>

/** Where the page before ended: the moment and the id of its last line. */
const cursorText = /^([0-9]{13})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
export const deniedInput = deniedFilters.extend({ cursor: z.string().regex(cursorText).optional(), limit: z.int().min(1).max(20_001).default(50) })

/** One line: `what` by its pattern, `who` the keyed hash of a person, null when nobody was signed in. */
export type Denied = { id: string; at: Date; how: 'page' | 'form' | 'call'; what: string; code: string; who: string | null; requestId: string | null }

/**
 * Who was kept out of what, the newest first: tries without a right to it, and wrong proofs of who is there. A person appears by the
 * hash under which the ledger knows them. Kept for a year. For auditors and the system.
 */
export async function denied(db: Db, actor: Actor, input: z.input<typeof deniedInput>): Promise<{ items: Denied[]; cursor: string | null }> {
  const { sort, who, from, to, cursor, limit } = deniedInput.parse(input)

  permit(mayAudit(actor))

  const proof = sql`${denials.code} like 'session.%'`
  const [, moment, id] = cursorText.exec(cursor ?? '') ?? []
  const people = who === undefined || who === 'nobody' ? undefined : await peopleCalled(db, who)
  const found = await db.select().from(denials)
    .where(and(
      sort === undefined ? undefined : sort === 'proof' ? proof : sql`not ${proof}`,
      who === 'nobody' ? isNull(denials.personId) : people && inArray(denials.personId, people),
      from === undefined ? undefined : gte(denials.at, new Date(endOfDay(addDays(from, -1)).getTime() + 1)),
      to === undefined ? undefined : lte(denials.at, endOfDay(to)),
      moment === undefined ? undefined : or(lt(denials.at, new Date(Number(moment))), and(eq(denials.at, new Date(Number(moment))), lt(denials.id, id!))),
    ))
    .orderBy(desc(denials.at), desc(denials.id)).limit(limit + 1)
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(asLine), cursor: found.length > limit ? `${last!.at.getTime()}.${last!.id}` : null }
}

function asLine({ id, at, what, code, personId, requestId }: typeof denials.$inferSelect): Denied {
  const how = /^[A-Z]+ \/api\//.test(what) ? 'call' : /^[A-Z]+ \//.test(what) ? 'page' : 'form'
  return { id, at, how, what, code, who: personId === null ? null : subjectOf(personId), requestId }
}

/** A hash can't be turned back: of those who were ever kept out, the ones that it is of. They are few. */
async function peopleCalled(db: Db, beginning: string): Promise<string[]> {
  const known = await db.selectDistinct({ id: denials.personId }).from(denials).where(isNotNull(denials.personId))
  return known.flatMap(({ id }) => (subjectOf(id!).startsWith(beginning) ? [id!] : []))
}
