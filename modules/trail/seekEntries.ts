import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Kind } from '#modules/ledger/index.ts'
import { addDays } from '#modules/words/index.ts'
import { endOfDay } from '#modules/day.ts'

/** Which entries: every part narrows. `by` are whole keyed hashes, any of which acted, or `system`; days are Kazakhstan's, both included. */
export type Sought = {
  before?: number | undefined
  kinds?: readonly Kind[] | undefined
  by?: readonly string[] | 'system' | undefined
  from?: string | undefined
  to?: string | undefined
  centre?: string | undefined
  cohort?: string | undefined
  serial?: string | undefined
}

// Facts as the canonical text spells them, in the very words of the indexes of the entries: in other words they would not be used.
const actedBy = sql`(substring(e.body from '"by":"([0-9a-f]{32})"') collate "C")`
const cohortOf = sql`(substring(e.body from '"cohort":"([0-9a-f-]{36})"') collate "C")`
const centreOf = sql`(substring(e.body from '"centre":"([0-9a-f-]{36})"') collate "C")`
const serialOf = sql`(substring(e.body from '"serial":"(KZ-[0-9]{4}-[0-9]{6})"') collate "C")`

const all = (conditions: (SQL | undefined)[]) => sql.join([sql`true`, ...conditions.filter((one) => one !== undefined)], sql` and `)
const among = (values: readonly string[]) => sql`(${sql.join(values.map((value) => sql`${value}`), sql`, `)})`

/**
 * Numbers of the newest entries that fit, newest first. With millions of entries and any mixture of filters, the rarest thing that is asked
 * for leads (a certificate, a group, who acted, a kind), each by an index that has its entries in the order of their numbers, so that no
 * question walks the ledger to find a handful.
 */
export async function seekEntries(db: Db, sought: Sought, limit: number): Promise<number[]> {
  const { before, kinds, by, serial, cohort, centre } = sought
  if (kinds?.length === 0 || by?.length === 0) return []
  const days = await between(db, sought)
  if (days === null) return []
  const ofSystem = sql`e.body like ${'%"by":"system:%'}`
  const rest = all([
    days,
    before === undefined ? undefined : sql`e.seq < ${before}`,
    by === undefined ? undefined : by === 'system' ? ofSystem : sql`${actedBy} in ${among(by)}`,
    // The reach of a group or a centre is by what leads, so here only the facts that lead less.
    kinds === undefined ? undefined : sql`e.kind in ${among(kinds)}`,
  ])
  /**
   * The newest of each key, by the index of what the key is. Those that are wanted are among the keys whose own newest is among the newest: each
   * of the others is looked at once.
   */
  const led = (keys: SQL, key: SQL, more?: SQL) => {
    const newest = (most: number) => sql`(select e.seq from entries e where ${all([sql`${key} = k.key`, more, rest])} order by e.seq desc limit ${most})`
    return sql`
      select one.seq
        from (select k.key from ${keys} as k (key) cross join lateral ${newest(1)} first order by first.seq desc limit ${limit}) k
       cross join lateral ${newest(limit)} one`
  }
  const listed = (keys: readonly string[]) => sql`(values ${sql.join(keys.map((key) => sql`(${key}::text)`), sql`, `)})`

  const ways: SQL[] = []
  if (serial !== undefined) ways.push(...aboutCertificate(serial, led))
  else if (cohort !== undefined) ways.push(led(listed([cohort]), cohortOf), ...aboutThoseOf(sql`c.cohort_id = ${cohort}::uuid`, led, rest, kinds))
  else if (centre !== undefined) {
    ways.push(
      led(sql`(select id::text from cohorts where centre_id = ${centre}::uuid)`, cohortOf),
      led(listed([centre]), centreOf, sql`e.kind in ('role.changed', 'centre.accredited')`),
      ...aboutThoseOf(sql`c.centre_id = ${centre}::uuid`, led, rest, kinds),
    )
  } else if (by !== undefined && by !== 'system') ways.push(led(listed(by), actedBy))
  else if (kinds !== undefined) ways.push(led(listed(kinds), sql`e.kind`))
  else ways.push(sql`(select e.seq from entries e where ${rest} order by e.seq desc limit ${limit})`)

  // A certificate asked for within a group or a centre is rare: what leads is the certificate, and the rest is a look at it.
  const inside = serial === undefined ? sql`true` : all([
    cohort === undefined ? undefined : sql`exists (select from certificates c where c.serial = ${serial} and c.cohort_id = ${cohort}::uuid)`,
    centre === undefined ? undefined : sql`exists (select from certificates c where c.serial = ${serial} and c.centre_id = ${centre}::uuid)`,
  ])
  const ofCentre = cohort === undefined || centre === undefined ? sql`true` : sql`exists (select from cohorts where id = ${cohort}::uuid and centre_id = ${centre}::uuid)`
  const found = await rows<{ seq: unknown }>(db, sql`
    select way.seq from (${sql.join(ways, sql` union `)}) way (seq) where ${inside} and ${ofCentre} order by way.seq desc limit ${limit}`)
  return found.map(({ seq }) => Number(seq))
}

type Led = (keys: SQL, key: SQL, more?: SQL) => SQL

/** Entries that name a certificate first, and those that name it second: its predecessor's replacement, and the issue of what renews it. */
const aboutCertificate = (serial: string, led: Led): SQL[] => [
  led(sql`(values (${serial}::text))`, serialOf),
  led(sql`(select p.serial from certificates c join certificates p on p.id = c.predecessor_id where c.serial = ${serial})`, serialOf, sql`e.kind = 'certificate.replaced'`),
  led(sql`(select r.serial from certificates c join certificates r on r.renews_id = c.id and r.renews_id is not null where c.serial = ${serial})`, serialOf, sql`e.kind = 'certificate.issued'`),
]

/** What became of certificates `c`: such entries name the certificate, and not its group. */
const aboutThoseOf = (which: SQL, led: Led, rest: SQL, kinds: readonly Kind[] | undefined): SQL[] => [
  sql`(select e.seq from revocations r join certificates c on c.id = r.certificate_id join entries e on e.seq = r.entry_seq where ${which} and ${rest})`,
  sql`(select e.seq from certificate_files f join certificates c on c.id = f.certificate_id join entries e on e.seq = f.entry_seq where ${which} and ${rest})`,
  ...(kinds === undefined || kinds.includes('certificate.replaced') ? [led(sql`(select c.serial from certificates c join certificates s on s.predecessor_id = c.id and s.predecessor_id is not null where ${which})`, serialOf, sql`e.kind = 'certificate.replaced'`)] : []),
]

/**
 * The days asked for as a stretch of numbers, or null when nothing happened in them. Moments are taken just before an entry gets its
 * number, so neighbours may stand the other way about: the stretch is as wide as a thousand of them, and the moment decides.
 */
async function between(db: Db, { from, to }: Sought): Promise<SQL | undefined | null> {
  if (from === undefined && to === undefined) return undefined
  const start = from === undefined ? null : new Date(endOfDay(addDays(from, -1)).getTime() + 1).toISOString()
  const end = to === undefined ? null : endOfDay(to).toISOString()
  const first = start && sql`(select min(seq) from (select seq from entries where at >= ${start}::timestamptz order by at, seq limit 1000) near)`
  const last = end && sql`(select max(seq) from (select seq from entries where at <= ${end}::timestamptz order by at desc, seq desc limit 1000) near)`
  const [found] = await rows<{ first: unknown; last: unknown }>(db, sql`select ${first ?? sql`0`} as first, ${last ?? sql`0`} as last`)
  if (found!.first === null || found!.last === null) return null
  return all([
    start === null ? undefined : sql`e.seq >= ${Number(found!.first)} and e.at >= ${start}::timestamptz`,
    end === null ? undefined : sql`e.seq <= ${Number(found!.last)} and e.at <= ${end}::timestamptz`,
  ])
}

/** The whole hashes that begin so: as pages and sentences show eight digits of them. */
export async function hashesOf(db: Db, beginning: string): Promise<string[]> {
  const found = await rows<{ who: string }>(db, sql`select distinct ${actedBy} as who from entries e where ${actedBy} >= ${beginning} and ${actedBy} < ${`${beginning}g`} limit 5`)
  return found.map(({ who }) => who)
}
