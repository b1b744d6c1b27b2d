import { desc, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, cohorts, colleges, editions, entries, facilities, type Texts } from '#db/schema/index.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { indicators } from '#modules/followup/index.ts'
import { type Kind, kinds } from '#modules/ledger/index.ts'
import { recordsOf } from '#modules/people/index.ts'
import { regions } from '#modules/places/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Facts, type Key, type Locale, locales, number, shortDate, t } from '#modules/words/index.ts'
import { day } from '#modules/day.ts'
import { hashesOf, seekEntries, type Sought } from './seekEntries.ts'
import { type TrailGroup, trailGroups } from './trailGroups.ts'

/** Which entries of the ledger: every filter narrows. Days are Kazakhstan's, both included. */
export const trailFilters = z.object({
  kind: z.enum(Object.keys(kinds) as [Kind, ...Kind[]]).optional(),
  group: z.enum(Object.keys(trailGroups) as [TrailGroup, ...TrailGroup[]]).optional(),
  serial: z.string().regex(/^KZ-[0-9]{4}-[0-9]{6}$/).optional(),
  /** Who acted: oneself, the system, or a person by their keyed hash or the first eight digits of it, as sentences show them. */
  by: z.union([z.enum(['me', 'system']), z.string().regex(/^[0-9a-f]{8,32}$/)]).optional(),
  from: day.optional(),
  to: day.optional(),
  centre: z.uuid().optional(),
  cohort: z.uuid().optional(),
})
export type TrailFilters = z.infer<typeof trailFilters>

export const trailInput = trailFilters.extend({
  locale: z.enum(locales),
  /** Entries before this number; the newest when absent. */
  before: z.int().min(1).optional(),
  limit: z.int().min(1).max(200).default(50),
})

/**
 * An entry in words. `by` tells who: a keyed hash for a person, the system by its name; `who` is the whole hash, for a person. `serial`
 * when it is about a certificate, `cohort` when it is about a group.
 */
export type Told = { seq: number; at: Date; kind: Kind; sentence: string; by: string; who: string | null; serial: string | null; cohort: { id: string; name: string } | null; body: string; hash: string }

/**
 * The ledger in words, newest first. People appear by the first digits of their keyed hash: the ledger names nobody, and
 * nor does this. `cursor` is the number to go on before. For auditors and the system.
 */
export async function trail(db: Db, actor: Actor, input: z.input<typeof trailInput>): Promise<{ items: Told[]; cursor: number | null }> {
  const { locale, before, limit, ...filters } = trailInput.parse(input)

  permit(mayAudit(actor))

  const found = await seekEntries(db, { ...(await soughtBy(db, actor, filters)), before }, limit + 1)
  const items = await tellEntries(db, locale, found.slice(0, limit))
  return { items, cursor: found.length > limit ? items.at(-1)!.seq : null }
}

/** The filters as the search takes them: a group is its kinds, and people are their whole hashes. */
export async function soughtBy(db: Db, actor: Actor, { kind, group, by, ...rest }: TrailFilters): Promise<Sought> {
  const inGroup: readonly Kind[] | undefined = group && trailGroups[group]
  const wanted = kind === undefined ? inGroup : inGroup === undefined || inGroup.includes(kind) ? [kind] : []
  const who = by === undefined || by === 'system' ? by : by === 'me' ? await ownHashes(db, actor) : await hashesOf(db, by)
  return { ...rest, kinds: wanted, by: who }
}

/** All that the ledger calls the one who asks: records that were joined keep the names they acted under. */
const ownHashes = async (db: Db, actor: Actor) => (actor.personId === null ? [] : (await recordsOf(db, actor.personId)).map(subjectOf))

/** These entries in words, newest first. */
export async function tellEntries(db: Db, locale: Locale, seqs: readonly number[]): Promise<Told[]> {
  if (seqs.length === 0) return []
  const found = await db.select().from(entries).where(inArray(entries.seq, [...seqs])).orderBy(desc(entries.seq))
  const names = await namesFor(db, found.map((row) => row.body))
  return found.map((row) => tell(locale, row, names))
}

type Names = {
  cohorts: Map<string, { titles: Texts; centre: Texts; startsOn: string }>
  places: Map<string, Texts>
  editions: Map<string, { titles: Texts; number: number }>
}

/** Names of everything that these entries point at, in a query for each sort. Places of indicators are facilities, or regions by their codes. */
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
  const told = bodies.filter((body) => body.includes('"indicator":'))
  if (told.length > 0) {
    const facilityIds = [...new Set(told.flatMap((body) => /"facility":"([0-9a-f-]{36})"/.exec(body)?.[1] ?? []))]
    if (facilityIds.length > 0) places.push(...(await db.select({ id: facilities.id, names: facilities.names }).from(facilities).where(inArray(facilities.id, facilityIds))))
    places.push(...(await regions(db)).map(({ code, names }) => ({ id: code, names })))
  }
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
    return { ...plain, sentence: t(locale, 'trail.unreadable'), by: '', who: null, serial: null, cohort: null }
  }
  const known = Object.hasOwn(kinds, row.kind) && kinds[row.kind as Kind].safeParse(body.facts).success
  const facts = body.facts ?? {}
  return {
    ...plain,
    sentence: known ? t(locale, sentenceOf(row.kind as Kind, facts), inWords(locale, facts, names)) : t(locale, 'trail.unreadable'),
    by: whoIs(locale, String(body.by ?? '')),
    who: typeof body.by === 'string' && /^[0-9a-f]{32}$/.test(body.by) ? body.by : null,
    serial: typeof facts['serial'] === 'string' ? facts['serial'] : null,
    cohort: cohortIn(locale, facts, names),
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
  if (kind === 'indicator.entered') return facts['before'] === null ? 'trail.indicator.entered' : 'trail.indicator.replaced'
  if (kind === 'issuing.switched') return facts['stopped'] ? 'trail.issuing.stopped' : 'trail.issuing.resumed'
  return `trail.${kind}`
}

function whoIs(locale: Locale, by: string): string {
  if (by.startsWith('system:')) return t(locale, 'trail.by-system', { name: by.slice(7) })
  return by === 'visitor' ? t(locale, 'trail.by-visitor') : t(locale, 'trail.by-person', { who: by.slice(0, 8) })
}

function cohortIn(locale: Locale, facts: Record<string, unknown>, names: Names): Told['cohort'] {
  const group = names.cohorts.get(String(facts['cohort']))
  return group ? { id: String(facts['cohort']), name: `${group.titles[locale]}, ${group.centre[locale]}, ${shortDate(locale, group.startsOn)}` } : null
}

/** The facts of an entry as its sentence names them: ids become names, hashes their first digits. */
function inWords(locale: Locale, facts: Record<string, unknown>, names: Names): Facts {
  const words: Facts = {}
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === 'string' && /^[0-9a-f]{32,}$/.test(value)) words[name] = value.slice(0, 8)
    else if (typeof value === 'string' || typeof value === 'number') words[name] = value
  }
  const group = cohortIn(locale, facts, names)
  if (group) words['cohort'] = group.name
  const edition = names.editions.get(String(facts['edition']))
  if (edition) words['edition'] = `${edition.titles[locale]} № ${edition.number}`
  const indicator = typeof facts['indicator'] === 'string' ? facts['indicator'] : null
  if (indicator !== null) {
    words['indicator'] = indicators().find(({ id }) => id === indicator)?.names[locale] ?? indicator
    words['year'] = String(facts['year'])
    for (const name of ['value', 'before']) if (typeof facts[name] === 'number') words[name] = number(locale, facts[name])
  }
  const place = names.places.get(String(indicator === null ? facts['centre'] ?? facts['college'] : facts['facility'] ?? facts['region']))
  words['place'] = place ? place[locale] : '—'
  if (typeof facts['role'] === 'string') words['role'] = t(locale, `role.${facts['role']}` as Key)
  return words
}
