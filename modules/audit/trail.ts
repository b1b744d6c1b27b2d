import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, cohorts, colleges, editions, entries, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { type Kind, kinds } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Facts, type Key, type Locale, locales, shortDate, t } from '#modules/words/index.ts'
import { mayAudit } from './policy.ts'

export const trailInput = z.object({
  locale: z.enum(locales),
  /** Entries before this number; the newest when absent. */
  before: z.int().min(1).optional(),
  kind: z.enum(Object.keys(kinds) as [Kind, ...Kind[]]).optional(),
  serial: z.string().regex(/^KZ-[0-9]{4}-[0-9]{6}$/).optional(),
  limit: z.int().min(1).max(200).default(50),
})

/** An entry in words. `by` tells who: a keyed hash for a person, the system by its name. `serial` when it is about a certificate. */
export type Told = { seq: number; at: Date; kind: Kind; sentence: string; by: string; serial: string | null; body: string; hash: string }

/**
 * The ledger in words, newest first. People appear by the first digits of their keyed hash: the ledger names nobody, and
 * nor does this. `cursor` is the number to go on before. For auditors and the system.
 */
export async function trail(db: Db, actor: Actor, input: z.input<typeof trailInput>): Promise<{ items: Told[]; cursor: number | null }> {
  const { locale, before, kind, serial, limit } = trailInput.parse(input)

  permit(mayAudit(actor))

  const found = await db.select().from(entries)
    .where(and(
      before === undefined ? undefined : lt(entries.seq, before),
      kind === undefined ? undefined : eq(entries.kind, kind),
      // Canonical JSON spells a fact one way, so a text search is exact.
      serial === undefined ? undefined : sql`${entries.kind} like 'certificate.%' and ${entries.body} like ${`%"${serial}"%`}`,
    ))
    .orderBy(desc(entries.seq)).limit(limit + 1)
  const shown = found.slice(0, limit)
  const names = await namesFor(db, shown.map((row) => row.body))
  return { items: shown.map((row) => tell(locale, row, names)), cursor: found.length > limit ? shown.at(-1)!.seq : null }
}

type Names = {
  cohorts: Map<string, { titles: Texts; centre: Texts; startsOn: string }>
  places: Map<string, Texts>
  editions: Map<string, { titles: Texts; number: number }>
}

/** Names of everything that these entries point at, in three queries. */
async function namesFor(db: Db, bodies: string[]): Promise<Names> {
  const ids = (name: string) => [...new Set(bodies.flatMap((body) => new RegExp(`"${name}":"([0-9a-f-]{36})"`).exec(body)?.[1] ?? []))]
  const [cohortIds, editionIds, centreIds, collegeIds] = [ids('cohort'), ids('edition'), ids('centre'), ids('college')]
  const groups = cohortIds.length === 0 ? [] : await db
    .select({ id: cohorts.id, titles: editions.titles, centre: centres.names, startsOn: cohorts.startsOn })
    .from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId)).innerJoin(centres, eq(centres.id, cohorts.centreId)).where(inArray(cohorts.id, cohortIds))
  const taught = editionIds.length === 0 ? [] : await db.select().from(editions).where(inArray(editions.id, editionIds))
  const places = [
    ...(centreIds.length === 0 ? [] : await db.select({ id: centres.id, names: centres.names }).from(centres).where(inArray(centres.id, centreIds))),
    ...(collegeIds.length === 0 ? [] : await db.select({ id: colleges.id, names: colleges.names }).from(colleges).where(inArray(colleges.id, collegeIds))),
  ]
  return {
    cohorts: new Map(groups.map((row) => [row.id, row])),
    places: new Map(places.map((row) => [row.id, row.names])),
    editions: new Map(taught.map((row) => [row.id, row])),
  }
}

function tell(locale: Locale, row: typeof entries.$inferSelect, names: Names): Told {
  const plain = { seq: row.seq, at: row.at, kind: row.kind as Kind, body: row.body, hash: row.hash.toString('hex') }
  let body: { by?: unknown; facts?: Record<string, unknown> }
  try {
    body = JSON.parse(row.body)
  } catch {
    return { ...plain, sentence: t(locale, 'trail.unreadable'), by: '', serial: null }
  }
  const known = Object.hasOwn(kinds, row.kind) && kinds[row.kind as Kind].safeParse(body.facts).success
  const facts = body.facts ?? {}
  return {
    ...plain,
    sentence: known ? t(locale, sentenceOf(row.kind as Kind, facts), inWords(locale, facts, names)) : t(locale, 'trail.unreadable'),
    by: whoIs(locale, String(body.by ?? '')),
    serial: typeof facts['serial'] === 'string' ? facts['serial'] : null,
  }
}

/** The sentence of a kind; some kinds tell two stories. */
function sentenceOf(kind: Kind, facts: Record<string, unknown>): Key {
  if (kind === 'role.changed') return `trail.role.${facts['change'] as 'granted' | 'ended' | 'suspended' | 'restored'}`
  if (kind === 'attempt.finished' || kind === 'attempt.regraded' || kind === 'observation.recorded') return facts['passed'] ? `trail.${kind}.passed` : `trail.${kind}.failed`
  if (kind === 'quota.changed') return `trail.quota.${facts['change'] as 'added' | 'changed' | 'removed' | 'released'}`
  if (kind === 'centre.accredited') return `trail.centre.accredited.${facts['change'] as 'recorded' | 'withdrawn'}`
  if (kind === 'staff.claimed') return `trail.staff.${facts['change'] as 'asked' | 'consented' | 'declined' | 'ended'}`
  if (kind === 'certificate.issued' && facts['certifies'] === false) return 'trail.certificate.issued.statement'
  if (kind === 'issuing.switched') return facts['stopped'] ? 'trail.issuing.stopped' : 'trail.issuing.resumed'
  return `trail.${kind}`
}

function whoIs(locale: Locale, by: string): string {
  if (by.startsWith('system:')) return t(locale, 'trail.by-system', { name: by.slice(7) })
  return by === 'visitor' ? t(locale, 'trail.by-visitor') : t(locale, 'trail.by-person', { who: by.slice(0, 8) })
}

/** The facts of an entry as its sentence names them: ids become names, hashes their first digits. */
function inWords(locale: Locale, facts: Record<string, unknown>, names: Names): Facts {
  const words: Facts = {}
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === 'string' && /^[0-9a-f]{32,}$/.test(value)) words[name] = value.slice(0, 8)
    else if (typeof value === 'string' || typeof value === 'number') words[name] = value
  }
  const group = names.cohorts.get(String(facts['cohort']))
  if (group) words['cohort'] = `${group.titles[locale]}, ${group.centre[locale]}, ${shortDate(locale, group.startsOn)}`
  const edition = names.editions.get(String(facts['edition']))
  if (edition) words['edition'] = `${edition.titles[locale]} № ${edition.number}`
  const place = names.places.get(String(facts['centre'] ?? facts['college']))
  words['place'] = place ? place[locale] : '—'
  if (typeof facts['role'] === 'string') words['role'] = t(locale, `role.${facts['role']}` as Key)
  return words
}
