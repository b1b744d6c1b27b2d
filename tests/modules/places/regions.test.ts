import { regions as regionTable } from '#db/schema/index.ts'
import { readRegions, regions, seedRegions } from '#modules/places/index.ts'
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
