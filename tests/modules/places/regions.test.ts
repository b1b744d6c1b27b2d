import { eq } from 'drizzle-orm'
import { facilities, regions as regionTable } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { addFacility, changeFacility, heirsOf, readRegions, regions, seedRegions } from '#modules/places/index.ts'
import { expect, test } from '#tests/database.ts'

test('there are twenty regions, in three languages, with codes that agree', () => {
  const all = readRegions()
  expect(all).toHaveLength(20)
  expect(new Set(all.map((one) => one.code)).size).toBe(20)
  for (const one of all) expect(one.kato).toBe(`${one.code.slice(3)}0000000`)
  expect(all.filter((one) => one.capitals)).toHaveLength(17)
})

test('a region split off in 2022 or 2018 names its day and where it came from', async ({ db }) => {
  await seedRegions(db)
  const all = new Map((await regions(db)).map((one) => [one.code, one]))
  expect(all.get('KZ-10')).toMatchObject({ validFrom: '2022-06-08', predecessorCode: 'KZ-63', names: { kk: 'Абай облысы', ru: 'область Абай' } })
  expect(all.get('KZ-33')).toMatchObject({ validFrom: '2022-06-08', predecessorCode: 'KZ-19' })
  expect(all.get('KZ-62')).toMatchObject({ validFrom: '2022-06-08', predecessorCode: 'KZ-35' })
  expect(all.get('KZ-79')).toMatchObject({ validFrom: '2018-06-19', predecessorCode: 'KZ-61' })
  expect(all.get('KZ-61')).toMatchObject({ validFrom: '2018-06-19', predecessorCode: null })
})

test('seeding again corrects names and adds nothing', async ({ db }) => {
  await seedRegions(db)
  await db.update(regionTable).set({ names: { kk: 'x', ru: 'x', en: 'x' } })
  await seedRegions(db)
  const all = await regions(db)
  expect(all).toHaveLength(20)
  expect(all.some((one) => one.names.kk === 'x')).toBe(false)
})

test('no Kazakh name hides a Latin letter', () => {
  for (const one of readRegions()) expect(`${one.names.kk}${one.capitals?.kk ?? ''}${one.names.ru}`).not.toMatch(/[a-z]/i)
})

test('heirs of a region are those made out of it, near and far', () => {
  const units = [['KZ-63', null], ['KZ-10', 'KZ-63'], ['KZ-98', 'KZ-10'], ['KZ-35', null], ['KZ-62', 'KZ-35']].map(([code, predecessorCode]) => ({ code: code!, predecessorCode: predecessorCode ?? null }))
  expect(heirsOf('KZ-63', units)).toEqual(['KZ-10', 'KZ-98'])
  expect(heirsOf('KZ-10', units)).toEqual(['KZ-98'])
  expect(heirsOf('KZ-62', units)).toEqual([])
  expect(heirsOf('KZ-1', [{ code: 'KZ-1', predecessorCode: 'KZ-2' }, { code: 'KZ-2', predecessorCode: 'KZ-1' }])).toEqual(['KZ-2'])
})

test('a reform moves a facility into a region made out of its own, and into no other', async ({ db }) => {
  await seedRegions(db)
  const { id: facilityId } = await addFacility(db, system('test'), { regionCode: 'KZ-63', names: { kk: 'Семей № 2 емханасы', ru: 'Поликлиника № 2, Семей', en: 'Polyclinic 2, Semey' }, kind: 'polyclinic', rural: false })
  await expect(changeFacility(db, system('test'), { facilityId, regionCode: 'KZ-62' })).rejects.toMatchObject({ code: 'facility.not-heir' })
  await changeFacility(db, system('test'), { facilityId, regionCode: 'KZ-10' })
  await expect(changeFacility(db, system('test'), { facilityId, regionCode: 'KZ-63' })).rejects.toMatchObject({ code: 'facility.not-heir' })
  expect(await db.select({ region: facilities.regionCode }).from(facilities).where(eq(facilities.id, facilityId))).toEqual([{ region: 'KZ-10' }])
})
