import { readCsv } from '#modules/table.ts'
import { keyFigures } from '#modules/counts/index.ts'
import { system } from '#modules/actor.ts'
import { comparisonOf, exportLines, exportPlan, setTarget } from '#modules/planning/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCohort, anEdition, aPerson, aTrainer, seated } from '#tests/factories.ts'
import { aCertificate, replaced, revoked } from '#tests/modules/counts/register.ts'
import { told } from '#tests/modules/cohorts/cast.ts'
import { aDesk, aNeighbour } from './cast.ts'

const asOf = new Date('2027-12-31T12:00:00Z')

/** Two lines for facilities and one for nothing; in the year, three people are certified from two facilities. */
async function aYear(db: Parameters<typeof aDesk>[0]) {
  const desk = await aDesk(db)
  const { plan, coordinator, cohort, polyclinic, hospital } = desk
  await setTarget(db, coordinator, { ...plan, facilityId: polyclinic.id, people: 30 })
  await setTarget(db, coordinator, { ...plan, facilityId: hospital.id, profession: 'midwife', people: 20 })
  await setTarget(db, coordinator, { ...plan, profession: 'feldsher', people: 10 })
  const from = (facilityId: string | null, profession: string) => aCertificate(db, { cohortId: cohort.id, facilityId, profession })
  const issued = [await from(polyclinic.id, 'midwife'), await from(polyclinic.id, 'feldsher'), await from(hospital.id, 'midwife')]
  const comparison = (by: 'facility' | 'region' | 'profession') => comparisonOf(db, coordinator, { ...plan, by, sort: 'left' }, asOf)
  return { ...desk, issued, comparison }
}

describe('plan beside what was done', () => {
  test('by facility, region and profession, each with what is left', async ({ db }) => {
    const { comparison, polyclinic, hospital } = await aYear(db)
    const by = async (cut: 'facility' | 'region' | 'profession') => Object.fromEntries((await comparison(cut)).rows.map(({ key, planned, certified, left, share }) => [key, [planned, certified, left, share]]))
    expect(await by('facility')).toEqual({ [polyclinic.id]: [30, 2, 28, 6], [hospital.id]: [20, 1, 19, 5], null: [10, 0, 10, 0] })
    expect(await by('region')).toEqual({ 'KZ-43': [50, 3, 47, 6], null: [10, 0, 10, 0] })
    expect(await by('profession')).toEqual({ midwife: [20, 2, 18, 10], feldsher: [10, 1, 9, 10], null: [30, 0, 30, 0] })
    expect((await comparison('facility')).total).toMatchObject({ planned: 60, certified: 3, left: 57, share: 5 })
  })

  test('what was done is the ministry’s number of people, whatever happens to certificates', async ({ db }) => {
    const { issued, comparison, centreId, cohort, plan, coordinator } = await aYear(db)
    const ministry = async () => (await keyFigures(db, system('test'), { from: '2027-01-01', to: '2027-12-31', asOf: '2027-12-31', where: { centre: centreId, course: 'imci' } })).figures.find(({ name }) => name === 'people')!.value
    const here = async () => (await comparison('facility')).total.certified
    expect([await here(), await ministry()]).toEqual([3, 3])

    await revoked(db, issued[0]!, new Date('2027-05-01T00:00:00Z'))
    expect([await here(), await ministry()]).toEqual([2, 2])
    await replaced(db, issued[1]!, { issuedOn: '2027-06-01' })
    expect([await here(), await ministry()]).toEqual([2, 2])
    // The same person in another cohort of the course is still one person.
    const again = await aCohort(db, { centreId, editionId: cohort.editionId, startsOn: '2027-05-03', endsOn: '2027-05-07' })
    await aCertificate(db, { cohortId: again.id, personId: issued[2]!.personId, facilityId: null })
    expect([await here(), await ministry()]).toEqual([2, 2])
    // Another year is another plan.
    await aCertificate(db, { cohortId: cohort.id, issuedOn: '2028-01-01' }, 2028)
    expect([await here(), await ministry()]).toEqual([2, 2])
    expect((await comparisonOf(db, coordinator, { ...plan, year: 2028, by: 'facility', sort: 'left' }, new Date('2028-12-31T00:00:00Z'))).total).toMatchObject({ planned: 0, certified: 1 })
  })

  test('seats offered and filled are those of cohorts that begin in the year, neither drafts nor cancelled', async ({ db }) => {
    const { comparison, centreId, cohort } = await aYear(db)
    const editionId = cohort.editionId
    await seated(db, await aCohort(db, { centreId, editionId, capacity: 16, state: 'running', startsOn: '2027-05-03', endsOn: '2027-05-07' }), (await aPerson(db)).id, (await aPerson(db)).id)
    for (const state of ['draft', 'cancelled'] as const) await aCohort(db, { centreId, editionId, state, startsOn: '2027-06-07', endsOn: '2027-06-11' })
    await aCohort(db, { centreId, editionId, startsOn: '2028-01-03', endsOn: '2028-01-07' })
    await aCohort(db, { centreId, editionId: (await anEdition(db, { course: 'emergency' })).id, startsOn: '2027-07-05', endsOn: '2027-07-09' })
    expect((await comparison('facility')).seats).toEqual({ cohorts: 2, offered: 41, filled: 2 })
  })

  test('what is left is told in cohorts of the centre’s usual capacity, with those still to begin', async ({ db }) => {
    const { comparison, plan, coordinator, centreId, cohort } = await aYear(db)
    expect((await comparison('facility')).needed).toEqual({ cohorts: 3, capacity: 25, ahead: 0 })
    const smaller = await aCohort(db, { centreId, editionId: cohort.editionId, capacity: 10, startsOn: '2027-09-06', endsOn: '2027-09-10' })
    expect(smaller.capacity).toBe(10)
    expect((await comparisonOf(db, coordinator, { ...plan, by: 'facility', sort: 'left' }, new Date('2027-06-01T00:00:00Z'))).needed).toEqual({ cohorts: 6, capacity: 10, ahead: 1 })
  })

  test('an empty year has no rows', async ({ db }) => {
    const { plan, coordinator } = await aDesk(db)
    expect(await comparisonOf(db, coordinator, { ...plan, year: 2031, by: 'facility', sort: 'left' }, asOf)).toMatchObject({ rows: [], total: { planned: 0, certified: 0, left: 0, share: null }, seats: { offered: 0, filled: 0 }, needed: { cohorts: 0 } })
  })

  test('is not there for another centre’s coordinator', async ({ db }) => {
    const { plan } = await aYear(db)
    const { coordinator } = await aNeighbour(db)
    const asked = { ...plan, by: 'facility', sort: 'left' } as const
    await expect(comparisonOf(db, coordinator, asked)).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(exportPlan(db, coordinator, { ...asked, format: 'csv', locale: 'ru' })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(exportLines(db, coordinator, { ...plan, locale: 'ru' })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await told(db)).not.toContain('list.exported')
  })
})

describe('a plan as a file', () => {
  test('says what it is, has a row for each facility in its order, and is told by the ledger', async ({ db }) => {
    const { plan, coordinator, centreId } = await aYear(db)
    const file = await exportPlan(db, await aTrainer(db, centreId), { ...plan, by: 'facility', sort: 'left', format: 'csv', locale: 'ru' }, asOf)
    const cells = readCsv(Buffer.from(file.bytes).toString().replace(/^\ufeff/, ''))
    expect(cells[0]).toEqual(['План на 2027 год: Қызылорда ресурстық орталығы'])
    expect(cells.slice(-5)).toEqual([
      ['Учреждение', 'План', 'Получили сертификат', 'Осталось', 'Выполнено, %'],
      ['Қызылорда қалалық №3 емханасы', '30', '2', '28', '6'],
      ['Аральская районная больница', '20', '1', '19', '5'],
      ['Без учреждения', '10', '0', '10', '0'],
      ['Всего', '60', '3', '57', '5'],
    ])
    expect(file).toMatchObject({ name: 'besik-plan-2027-imci.csv', rows: 3 })
    expect((await told(db)).at(-1)).toBe('list.exported')
    const workbook = await exportPlan(db, coordinator, { ...plan, by: 'profession', sort: 'name', format: 'xlsx', locale: 'kk' })
    expect(Buffer.from(workbook.bytes.subarray(0, 2)).toString()).toBe('PK')
    expect(workbook.name).toBe('besik-plan-2027-imci.xlsx')
  })

  test('never runs as a formula', async ({ db }) => {
    const { plan, coordinator } = await aDesk(db)
    await setTarget(db, coordinator, { ...plan, people: 5, note: '=HYPERLINK("http://example.kz")' })
    expect(Buffer.from((await exportLines(db, coordinator, { ...plan, locale: 'kk' })).bytes).toString()).toContain("'=HYPERLINK")
  })
})
