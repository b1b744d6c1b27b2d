import { type SQL, sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { system } from '#modules/actor.ts'
import { keyFigures } from '#modules/counts/index.ts'
import { peopleStanding, peopleStandingNowBy } from '#modules/certificates/index.ts'
import { peopleInForce } from '#modules/overview/definitions.ts'
import { mergePersons, unmergePersons } from '#modules/people/index.ts'
import { addDays } from '#modules/words/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCohort, aPerson, aRegion } from '#tests/factories.ts'
import { aCertificate, type Certificate, replaced, revoked } from '#tests/modules/counts/register.ts'
import { rolledBack } from '#tests/modules/ledger/ledgers.ts'

const actor = system('test')
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

/** Where the table and the certificates themselves disagree: nowhere. */
const wrong = (db: Db) => rows(db, sql`
  (select 'only in the table' as where, h.* from (table holdings except table held_now) h) union all (select 'missing in it', h.* from (table held_now except table holdings) h)`)

const professions = ['midwife', 'feldsher', null] as const
const regions = ['KZ-43', 'KZ-31'] as const
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('issue' as const), who: fc.nat(5), cohort: fc.nat(5), day: fc.integer({ min: 1, max: 28 }), region: fc.constantFrom(...regions), profession: fc.constantFrom(...professions), lasts: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('revoke' as const), which: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('replace' as const), which: fc.nat(40) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('join' as const, 'part' as const), who: fc.nat(5), into: fc.nat(5) }) },
)

/** Whether a step was taken; one that the rules refuse is skipped. */
const taken = async (step: Promise<unknown>): Promise<boolean> => {
  try {
    await step
    return true
  } catch {
    return false
  }
}

test(`people are counted right from what each holds, whatever is issued, revoked, replaced, joined and parted (seed ${seed})`, async ({ db }) => {
  for (const region of regions) await aRegion(db, region)
  const people = [] as string[]
  for (let n = 0; n < 6; n++) people.push((await aPerson(db)).id)
  const cohorts = [] as string[]
  for (let n = 0; n < 6; n++) cohorts.push((await aCohort(db)).id)

  let joined = 0
  let parted = 0
  await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 30, size: 'max' }), fc.integer({ min: 1, max: 28 }), fc.integer({ min: 1, max: 28 }), async (events, one, other) => {
    await rolledBack(db, async (tx) => {
      const issued: Certificate[] = []
      const ended = new Set<string>()
      const given = new Set<string>()
      for (const each of events) {
        if (each.do === 'issue') {
          if (issued.some((row) => row.personId === people[each.who] && row.cohortId === cohorts[each.cohort])) continue
          issued.push(await aCertificate(tx, { personId: people[each.who]!, cohortId: cohorts[each.cohort]!, issuedOn: `2027-03-${String(each.day).padStart(2, '0')}`, regionCode: each.region, profession: each.profession, expiresOn: each.lasts === null ? null : addDays('2027-03-01', each.lasts) }))
        } else if (each.do === 'join') {
          if (!await taken(mergePersons(tx, actor, { personId: people[each.who]!, intoId: people[each.into]! }, async () => {}))) continue
          joined++
          given.add(people[each.who]!)
        } else if (each.do === 'part') {
          const personId = [...given][each.who % given.size] ?? people[each.who]!
          if (!await taken(unmergePersons(tx, actor, { personId, reason: 'екі бөлек адам' }, async () => {}))) continue
          parted++
          given.delete(personId)
        } else if (each.do === 'revoke' || each.do === 'replace') {
          const row = issued[each.which % Math.max(issued.length, 1)]
          if (!row || ended.has(row.id)) continue
          ended.add(row.id)
          if (each.do === 'revoke') await revoked(tx, row)
          else issued.push(await replaced(tx, row, { issuedOn: '2027-04-01' }))
        }
      }
      expect(await wrong(tx)).toEqual([])

      const [from, to] = [one, other].toSorted((a, b) => a - b).map((day) => `2027-03-${String(day).padStart(2, '0')}`) as [string, string]
      for (const period of [{ from: undefined, to: undefined }, { from, to }, { from, to: undefined }]) {
        for (const where of [{}, { region: 'KZ-43' }, { profession: 'midwife' as const }, { profession: 'none' as const }, { region: 'KZ-31', profession: 'feldsher' as const }, { course: 'imci', month: '2027-03' }, { language: 'kk' as const }]) {
          const people = async (asOf?: string) => (await keyFigures(tx, actor, { ...period, where, ...(asOf && { asOf }) })).figures.find((figure) => figure.name === 'people')!.value
          expect(await people()).toBe(await people('2199-12-31'))
        }
        const today = addDays('2027-03-01', one * 2)
        const force = await rows<{ profession: string; region: string | null; count: number }>(tx, peopleInForce(['midwife', 'feldsher'], today))
        const held = await rows<{ holder: string; profession: string; region: string }>(tx, sql`
          select holder_id::text as holder, profession, region_code as region from held_now where profession is not null and not demonstration and coalesce(expires_on, 'infinity') >= ${today}::date`)
        const of = (profession: string, region: string | null) => new Set(held.filter((row) => row.profession === profession && (region === null || row.region === region)).map(({ holder }) => holder)).size
        for (const { profession, region, count } of force) expect([profession, region, count]).toEqual([profession, region, of(profession, region)])
        expect(force.filter(({ region }) => region !== null)).toHaveLength(new Set(held.map(({ profession, region }) => `${profession} ${region}`)).size)
        const ground = { within: sql`true`, asOf: new Date('2199-12-31') }
        const days = sql`c.counted_on between ${period.from ?? '-infinity'}::date and ${period.to ?? 'infinity'}::date`
        for (const [by, key] of [['region', sql`c.region_code`], ['profession', sql`c.profession`]] as const) {
          const byKey = async (query: SQL) => new Map((await rows<{ key: string | null; count: number }>(tx, query)).map((row) => [row.key, row.count]))
          expect(await byKey(peopleStandingNowBy(by, period))).toEqual(await byKey(peopleStanding(ground, days, key)))
        }
      }
    })
  }), { numRuns: 20, seed })
  expect([joined > 5, parted > 0]).toEqual([true, true])
}, 120_000)
