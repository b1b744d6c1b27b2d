import { needs } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { needsFor, needsOf, removeNeed, seedNeeds, setNeed, setNeedInput } from '#modules/planning/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anAuditor, aRegion, aTrainee } from '#tests/factories.ts'

const national = { profession: 'patronage-nurse' as const, year: 2025, needed: 11_200, inPost: 4_428, source: 'UNICEF Kazakhstan, 2023', invented: false }

describe('a need', () => {
  test('is set by an administrator, and set again for the same place, profession and year', async ({ db }) => {
    const administrator = await anAdministrator(db)
    await aRegion(db, 'KZ-43')
    const first = await setNeed(db, administrator, national)
    expect(await setNeed(db, administrator, { ...national, needed: 11_300, inPost: undefined })).toEqual(first)
    await setNeed(db, administrator, { ...national, regionCode: 'KZ-43', needed: 480, source: 'Ойдан шығарылған', invented: true })
    await setNeed(db, administrator, { ...national, year: 2026 })
    expect((await needsOf(db, administrator)).map((one) => [one.regionCode, one.year, one.needed, one.inPost, one.invented])).toEqual([
      [null, 2026, 11_200, 4_428, false], [null, 2025, 11_300, null, false], ['KZ-43', 2025, 480, 4_428, true],
    ])
    expect((await db.select({ by: needs.changedBy }).from(needs)).map(({ by }) => by)).toEqual([administrator.personId, administrator.personId, administrator.personId])
  })

  test('is removed, and then it is gone', async ({ db }) => {
    const { id } = await setNeed(db, system('test'), national)
    await removeNeed(db, system('test'), { needId: id })
    expect(await needsOf(db, system('test'))).toEqual([])
    await expect(removeNeed(db, system('test'), { needId: id })).rejects.toMatchObject({ code: 'object.not-found' })
  })

  test('of a region that is not there is refused', async ({ db }) => {
    await expect(setNeed(db, system('test'), { ...national, regionCode: 'KZ-99' })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await db.$count(needs)).toBe(0)
  })

  test('says how many, by which source, and whether it was made up', () => {
    const wrong = (more: object) => setNeedInput.safeParse({ ...national, ...more }).error?.issues.map((issue) => issue.path.join('.'))
    expect(wrong({})).toBeUndefined()
    for (const [field, value] of [['needed', 0], ['needed', 1.5], ['inPost', -1], ['source', ''], ['source', 'x'], ['year', 1999], ['profession', 'king'], ['regionCode', 'Қызылорда']] as const) expect(wrong({ [field]: value })?.[0]).toBe(field)
    const { invented: _, ...unsaid } = national
    expect(setNeedInput.parse(unsaid).invented).toBe(false)
    expect(setNeedInput.parse({ ...national, invented: 'on' }).invented).toBe(true)
  })

  test('is kept by administrators, read by auditors, and not there for others', async ({ db }) => {
    const { id } = await setNeed(db, await anAdministrator(db), national)
    const auditor = await anAuditor(db)
    expect(await needsOf(db, auditor)).toHaveLength(1)
    const others = [visitor, await aTrainee(db), await aCoordinator(db, (await aCentre(db)).id)]
    for (const actor of [auditor, ...others]) {
      await expect(setNeed(db, actor, national)).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(removeNeed(db, actor, { needId: id })).rejects.toMatchObject({ code: 'permission.denied' })
    }
    for (const actor of others) expect(() => needsOf(db, actor)).toThrow('permission.denied')
  })
})

test('a database begins with what is published, and what an administrator has written stays', async ({ db }) => {
  await seedNeeds(db)
  expect((await needsOf(db, system('test'))).map((one) => [one.regionCode, one.profession, one.needed, one.inPost, one.invented])).toEqual([[null, 'patronage-nurse', 11_200, 4_428, false]])
  await setNeed(db, system('test'), { ...national, needed: 12_000 })
  await seedNeeds(db)
  expect((await needsOf(db, system('test'))).map((one) => one.needed)).toEqual([12_000])
})

test.for([
  [[2020, 2025], 2025, 2025], [[2020, 2025], 2024, 2020], [[2020, 2025], 2030, 2025], [[2020, 2025], 2010, 2020], [[], 2025, undefined],
] as const)('of the years %j the need that holds for %i is that of %s', ([years, year, holds]) => {
  expect(needsFor(years.map((one) => ({ regionCode: null, profession: 'midwife' as const, year: one })), year)[0]?.year).toBe(holds)
})
