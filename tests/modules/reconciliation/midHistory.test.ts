import { eq, sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import { afterEach, vi } from 'vitest'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { centres } from '#db/schema/index.ts'
import { type Actor, system } from '#modules/actor.ts'
import { eraseHolder } from '#modules/certificates/index.ts'
import { countCertificates, countFigures } from '#modules/counts/index.ts'
import { certificatesRevokedBy } from '#modules/overview/index.ts'
import { erasePerson, mergePersons, unmergePersons } from '#modules/people/index.ts'
import { asOfLedger, compareAsOf, reconcile } from '#modules/reconciliation/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, anAdministrator, anAuditor, anEdition, aPerson, aRegion } from '#tests/factories.ts'
import { aCertificate, type Certificate, replaced, revoked } from '#tests/modules/counts/register.ts'
import { rolledBack } from '#tests/modules/ledger/ledgers.ts'

const clock = system('test')
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const hour = 3_600_000
const regions = ['KZ-43', 'KZ-31'] as const
const dayAfter = (days: number) => new Date(Date.now() + days * 24 * hour).toISOString().slice(0, 10)

const happens = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('issue' as const), who: fc.nat(5), group: fc.nat(3), region: fc.constantFrom(...regions), profession: fc.constantFrom('midwife', 'feldsher', null), days: fc.option(fc.integer({ min: 1, max: 60 })) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('revoke' as const, 'replace' as const), which: fc.nat(40) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('join' as const), who: fc.nat(5), into: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('part' as const), which: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), who: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), group: fc.nat(3), region: fc.constantFrom(...regions) }) },
)
/** Something happens some hours after what came before; then it may be written down what is reported. */
const step = fc.record({ after: fc.integer({ min: 1, max: 500 }), what: happens, reported: fc.boolean() })

type Reported = { certificates: number; people: number; valid: number; revoked: number; cells: string[]; revokedIn: string[] }

/** What the pages say; with `asOf`, of that moment. */
async function report(db: Db, auditor: Actor, asOf?: string): Promise<Reported> {
  const cut = asOf === undefined ? {} : { asOf }
  const { certificates, people, valid } = await countFigures(db, auditor, ['certificates', 'people', 'valid'], cut)
  const { rows: cells } = await countCertificates(db, auditor, { ...cut, by: ['region', 'course'] })
  const gone = await rows<{ region: string; course: string; count: number }>(db, certificatesRevokedBy({ from: '1990-01-01', to: '2199-12-31' }, asOf === undefined ? undefined : new Date(asOf)))
  return { certificates: certificates.count, people: people.count, valid: valid.count, revoked: gone.reduce((sum, one) => sum + one.count, 0), cells: told(cells), revokedIn: told(gone) }
}

/** Cells by region and course, those of several professions together. */
function told(cells: { region?: string | null; course?: string | null; count: number }[]): string[] {
  const sums = new Map<string, number>()
  for (const { region, course, count } of cells) if (count > 0) sums.set(`${region} ${course}`, (sums.get(`${region} ${course}`) ?? 0) + count)
  return [...sums].map(([name, count]) => `${name}: ${count}`).toSorted()
}

/** The same from the ledger's entries alone. */
async function recomputed(db: Db, asOf: string): Promise<Reported> {
  const { total, cells } = await asOfLedger(db, clock, { asOf })
  const of = (figure: 'standing' | 'revoked') => told(cells.map((cell) => ({ ...cell, count: cell[figure] })))
  return { certificates: total.standing, people: total.holders, valid: total.valid, revoked: total.revoked, cells: of('standing'), revokedIn: of('revoked') }
}

/** A control that must fail: who looks at the rows of today for a past moment forgets what has ended, moved and been joined since. */
async function naive(db: Db, asOf: string): Promise<Pick<Reported, 'certificates' | 'people' | 'cells'>> {
  const found = await rows<{ region: string; course: string; count: number }>(db, sql`
    select z.region_code as region, c.course, count(*)::int as count
      from certificates c join centres z on z.id = c.centre_id
     where c.certifies and c.issued_at <= ${asOf}::timestamptz
       and not exists (select from revocations r where r.certificate_id = c.id) and not exists (select from certificates s where s.predecessor_id = c.id)
     group by 1, 2`)
  const [people] = await rows<{ count: number }>(db, sql`
    select count(distinct coalesce(p.merged_into, p.id))::int as count
      from certificates c join persons p on p.id = c.person_id
     where c.certifies and c.issued_at <= ${asOf}::timestamptz
       and not exists (select from revocations r where r.certificate_id = c.id) and not exists (select from certificates s where s.predecessor_id = c.id)`)
  return { certificates: found.reduce((sum, one) => sum + one.count, 0), people: people!.count, cells: told(found) }
}

afterEach(() => void vi.useRealTimers())

test(`what was reported in the midst of any history is found again at its end, by the queries and by the ledger alone (seed ${seed})`, async ({ db }) => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-05T06:00:00Z') })
  for (const region of regions) await aRegion(db, region)
  const [auditor, administrator] = [await anAuditor(db), await anAdministrator(db)]
  const people: string[] = []
  for (let n = 0; n < 6; n++) people.push((await aPerson(db)).id)
  const groups: { id: string; centreId: string }[] = []
  for (const course of ['imci', 'imci', 'home-visiting', 'home-visiting']) groups.push(await aCohort(db, { editionId: (await anEdition(db, { course })).id, centreId: (await aCentre(db)).id }))

  const done = { issue: 0, revoke: 0, replace: 0, join: 0, part: 0, erase: 0, move: 0, written: 0, naive: 0 }
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 26, size: 'max' }), async (steps) => {
    vi.setSystemTime(new Date('2026-01-05T06:00:00Z'))
    await rolledBack(db, async (tx) => {
      const issued: Certificate[] = []
      const ended = new Set<string>()
      const given: string[] = []
      const written: { at: string; said: Reported }[] = []
      /** What the rules refuse does not happen. */
      const tried = (name: keyof typeof done, verb: Promise<unknown>) => verb.then(() => void done[name]++, (error: unknown) => { if (!(error instanceof Refusal)) throw error })
      for (const { after, what, reported } of steps) {
        vi.setSystemTime(new Date(Date.now() + after * hour))
        if (what.do === 'issue') {
          const [personId, cohortId] = [people[what.who]!, groups[what.group]!.id]
          if (issued.some((one) => one.personId === personId && one.cohortId === cohortId)) continue
          issued.push(await aCertificate(tx, { personId, cohortId, regionCode: what.region, profession: what.profession, issuedOn: dayAfter(0), issuedAt: new Date(), expiresOn: what.days === null ? null : dayAfter(what.days) }, 2026))
          done.issue++
        } else if (what.do === 'move') {
          await tx.update(centres).set({ regionCode: what.region }).where(eq(centres.id, groups[what.group]!.centreId))
          done.move++
        } else if (what.do === 'join') {
          const personId = people[what.who]!
          await tried('join', mergePersons(tx, administrator, { personId, intoId: people[what.into]! }, async () => {}).then(() => given.push(personId)))
        } else if (what.do === 'part') {
          const personId = given[what.which % Math.max(given.length, 1)]
          if (personId) await tried('part', unmergePersons(tx, administrator, { personId, reason: 'екі бөлек адам' }, async () => {}))
        } else if (what.do === 'erase') await tried('erase', erasePerson(tx, administrator, { personId: people[what.who]! }, eraseHolder))
        else {
          const one = issued[what.which % Math.max(issued.length, 1)]
          if (!one || ended.has(one.id)) continue
          ended.add(one.id)
          if (what.do === 'revoke') await revoked(tx, one, new Date())
          else issued.push(await replaced(tx, one, { issuedOn: dayAfter(0), issuedAt: new Date(), expiresOn: one.expiresOn }))
          done[what.do]++
        }
        if (!reported) continue
        const said = await report(tx, auditor)
        const n = said.certificates
        expect(await reconcile(tx, auditor, {})).toMatchObject({ ok: true, differences: [], figures: { query: n, register: n, ledger: n, list: n } })
        written.push({ at: new Date().toISOString(), said })
      }
      vi.setSystemTime(new Date(Date.now() + 400 * 24 * hour))
      for (const { at, said } of written) {
        done.written++
        expect(await recomputed(tx, at)).toEqual(said)
        expect(await report(tx, auditor, at)).toEqual(said)
        expect((await compareAsOf(tx, auditor, { asOf: at })).differences).toEqual([])
        const { certificates, people: humans, cells } = said
        if (JSON.stringify(await naive(tx, at)) !== JSON.stringify({ certificates, people: humans, cells })) done.naive++
      }
    })
  }), { numRuns: 12, seed })
  for (const [what, count] of Object.entries(done)) expect(count, `${what} of ${JSON.stringify(done)}`).toBeGreaterThan(0)
}, 180_000)
