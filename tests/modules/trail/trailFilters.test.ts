import { asc, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { certificates, cohorts, entries } from '#db/schema/index.ts'
import { rows } from '#db/rows.ts'
import { type Actor, system, visitor } from '#modules/actor.ts'
import { dayOf } from '#modules/words/index.ts'
import { exportTrail, trail, type TrailFilters, type TrailGroup, trailGroups } from '#modules/trail/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { type Kind, kinds, record } from '#modules/ledger/index.ts'
import { readCsv } from '#modules/table.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anAuditor } from '#tests/factories.ts'
import { aCertificate, replaced, revoked } from '#tests/modules/counts/register.ts'

const subject = 'cd'.repeat(16)

test('every kind of entry belongs to exactly one group', () => {
  const grouped = (Object.values(trailGroups) as readonly (readonly Kind[])[]).flat()
  expect([...grouped].sort()).toEqual(Object.keys(kinds).sort())
})

type Line = { seq: number; at: Date; kind: string; facts: Record<string, unknown>; by: string }

/** The same questions asked of the entries one by one, from the parsed text of each. */
function fits(line: Line, { kind, group, serial, by, from, to, centre, cohort }: TrailFilters, me: string, facts: { cohortsOf: (centre: string) => string[]; about: (serial: string) => { cohort: string; centre: string } | undefined }) {
  const day = dayOf(line.at, 'Asia/Almaty')
  const named = [line.facts['serial'], line.facts['successorSerial'], line.facts['renews']]
  const about = typeof line.facts['serial'] === 'string' ? facts.about(line.facts['serial']) : undefined
  const inCohort = (id: string) => line.facts['cohort'] === id || about?.cohort === id
  const inCentre = (id: string) => line.facts['centre'] === id || about?.centre === id || facts.cohortsOf(id).includes(String(line.facts['cohort']))
  return (
    (kind === undefined || line.kind === kind) &&
    (group === undefined || (trailGroups[group] as readonly string[]).includes(line.kind)) &&
    (serial === undefined || named.includes(serial)) &&
    (by === undefined || (by === 'me' ? line.by === me : by === 'system' ? line.by.startsWith('system:') : line.by.startsWith(by))) &&
    (from === undefined || day >= from) && (to === undefined || day <= to) &&
    (cohort === undefined || inCohort(cohort)) && (centre === undefined || inCentre(centre))
  )
}

test('any mixture of filters finds exactly the entries that fit, in their order, page by page', async ({ db }) => {
  const auditor = await anAuditor(db)
  const centre = await aCentre(db)
  const coordinator = await aCoordinator(db, centre.id)
  const [here, there] = [await aCohort(db, { centreId: centre.id }), await aCohort(db)]
  const actors: Actor[] = [auditor, coordinator, system('test'), system('jobs'), visitor]
  const first = await aCertificate(db)
  const second = await replaced(db, first)
  const third = await aCertificate(db)
  await revoked(db, third)
  for (let at = 0; at < 60; at++) {
    const actor = actors[at % actors.length]!
    const cohort = at % 3 === 0 ? here.id : there.id
    if (at % 4 === 0) await record(db, actor, 'conflict.overridden', { cohort, conflict: 'holiday', reason: 'ab'.repeat(32) })
    else if (at % 4 === 1) await record(db, actor, 'cohort.enrolled', { cohort, subject, seat: 1 + (at % 25) })
    else if (at % 4 === 2) await record(db, actor, 'role.changed', { subject, role: 'trainer', centre: at % 8 === 2 ? centre.id : null, college: null, change: 'granted' })
    else await record(db, actor, 'list.exported', { list: 'counts', rows: at, digest: 'ab'.repeat(32) })
  }
  // A ledger of some days: the moments are spread, with neighbours the other way about, as two servers would have them.
  await db.execute(sql`set local session_replication_role = replica`)
  await db.execute(sql`update entries set at = timestamptz '2026-11-01T00:00:00Z' + seq * interval '3 hours' + (seq % 3) * interval '-4 hours'`)
  await db.execute(sql`set local session_replication_role = origin`)

  const stored = await db.select().from(entries).orderBy(asc(entries.seq))
  const lines: Line[] = stored.map(({ seq, at, kind, body }) => ({ seq, at, kind, facts: JSON.parse(body).facts, by: JSON.parse(body).by }))
  const [groups, register] = [await db.select().from(cohorts), await db.select().from(certificates)]
  const facts = {
    cohortsOf: (id: string) => groups.filter((one) => one.centreId === id).map((one) => one.id),
    about: (serial: string) => register.filter((one) => one.serial === serial).map((one) => ({ cohort: one.cohortId, centre: one.centreId }))[0],
  }
  const me = subjectOf(auditor.personId!)
  const maybe = <Value>(...values: Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 })
  const day = maybe('2026-11-01', '2026-11-02', '2026-11-04', '2026-11-05', '2026-11-08', '2027-01-01')
  const filters = fc.record({
    kind: fc.option(fc.constantFrom<Kind>('conflict.overridden', 'certificate.issued', 'certificate.replaced', 'role.changed'), { nil: undefined, freq: 1 }),
    group: maybe<TrailGroup>('overrides', 'ended', 'roles', 'exports', 'issued', 'keys'),
    serial: fc.option(fc.constantFrom(first.serial, second.serial, third.serial, 'KZ-2099-000001'), { nil: undefined, freq: 1 }),
    by: maybe('me', 'system', subjectOf(coordinator.personId!), subjectOf(coordinator.personId!).slice(0, 8), 'f'.repeat(9)),
    from: day, to: day,
    centre: maybe(centre.id, first.centreId, third.centreId),
    cohort: maybe(here.id, there.id, first.cohortId, third.cohortId),
  })
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000)
  console.log(`seed of the filters of the trail: ${seed}`)
  const found = new Set<number>()
  await fc.assert(fc.asyncProperty(filters, fc.integer({ min: 1, max: 40 }), async (asked, limit) => {
    const seen: number[] = []
    let before: number | undefined
    for (;;) {
      const page = await trail(db, auditor, { locale: 'en', ...asked, before, limit })
      seen.push(...page.items.map((one) => one.seq))
      if (page.cursor === null) break
      before = page.cursor
    }
    expect(seen).toEqual(lines.filter((line) => fits(line, asked, me, facts)).map((line) => line.seq).toReversed())
    for (const seq of seen) found.add(seq)
  }), { seed, numRuns: 120 })
  expect(found.size).toBeGreaterThan(30)
}, 120_000)

test('what is rare is found by an index and not by walking the ledger', async ({ db }) => {
  const cohort = await aCohort(db)
  await record(db, system('test'), 'key.rotated', { purpose: 'checkpoint', ended: 'k1', kid: 'k2' })
  await db.execute(sql`set local session_replication_role = replica`)
  await db.execute(sql`
    insert into entries (seq, at, kind, body, prev, hash)
    select n, timestamptz '2026-11-01T00:00:00Z' + n * interval '1 minute', 'cohort.enrolled',
           '{"at":"2026-11-01T00:00:00.000Z","by":"' || md5((n % 50)::text) || '","facts":{"cohort":"' || case when n = 777 then ${cohort.id}::text else gen_random_uuid()::text end || '","seat":1,"subject":"${sql.raw(subject)}"},"kind":"cohort.enrolled","v":1}',
           sha256(n::text::bytea), sha256((-n)::text::bytea)
      from generate_series(10, 20000) n`)
  await db.execute(sql`set local session_replication_role = origin`)
  await db.execute(sql`analyze entries`)
  const scanned = async () => Number((await rows<{ n: unknown }>(db, sql`select coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)::text as n from pg_stat_xact_user_tables where relname = 'entries'`))[0]!.n)
  const asked: Partial<TrailFilters>[] = [{ group: 'keys' }, { cohort: cohort.id }, { by: 'f'.repeat(8) }, { group: 'keys', from: '2026-11-02' }, { from: '2026-11-03', to: '2026-11-03' }, { serial: 'KZ-2026-000001' }, {}]
  for (const filters of asked) {
    const before = await scanned()
    await trail(db, system('test'), { locale: 'en', ...filters })
    expect((await scanned()) - before, JSON.stringify(filters)).toBeLessThan(5000)
  }
  const before = await scanned()
  await db.execute(sql`select count(*) from entries where body like '%nothing%'`)
  expect((await scanned()) - before).toBeGreaterThan(19_000)
  expect((await trail(db, system('test'), { locale: 'en', cohort: cohort.id })).items.map((one) => one.seq)).toEqual([777])
})

test('the file holds what the filters find and says so at its top; a longer one says that it was cut', async ({ db }) => {
  const auditor = await anAuditor(db)
  const cohort = await aCohort(db)
  for (let at = 0; at < 5; at++) await record(db, system('test'), 'conflict.overridden', { cohort: cohort.id, conflict: 'holiday', reason: 'ab'.repeat(32) })
  const file = await exportTrail(db, auditor, { locale: 'ru', group: 'overrides', cohort: cohort.id })
  const lines = readCsv(file.text.slice(1))
  expect(file.rows).toBe(5)
  expect(lines.filter((line) => line.length === 8).slice(1).map((line) => line[0])).toEqual(['5', '4', '3', '2', '1'])
  expect(file.text).toContain(cohort.id)
  expect(file.text).not.toMatch(/[{}]|undefined/)
  const short = await exportTrail(db, auditor, { locale: 'en' }, new Date(), 3)
  expect(short.rows).toBe(3)
  expect(short.text).toContain('newest 3')
  expect((await trail(db, auditor, { locale: 'en', by: 'me' })).items.map((one) => JSON.parse(one.body).facts.list)).toEqual(['trail:all', 'trail:overrides'])
  await expect(exportTrail(db, visitor, { locale: 'en' })).rejects.toMatchObject({ code: 'permission.denied' })
})
