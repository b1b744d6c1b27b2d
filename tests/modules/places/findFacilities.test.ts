import { addFacility, changeFacility, findFacilities } from '#modules/places/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aFacility, anAdministrator, aRegion } from '#tests/factories.ts'

const named = (kk: string, ru: string, regionCode = 'KZ-43') => ({ regionCode, names: { kk, ru, en: ru } })
const found = async (db: Parameters<typeof findFacilities>[0], text: string, regions?: string[]) => (await findFacilities(db, { text, regions, limit: 20 })).items.map((one) => one.names.ru)

describe('workplaces by part of a name', () => {
  test('every word begins one of the name, in whatever language and on whatever keyboard; those that begin so come first', async ({ db }) => {
    await aFacility(db, named('Қызылорда қалалық №3 емханасы', 'Кызылординская городская поликлиника №3'))
    await aFacility(db, named('№ 13 емхана, Қызылорда қаласы', 'Поликлиника № 13, город Кызылорда'))
    await aFacility(db, named('Тараз қалалық № 3 емханасы', 'Таразская городская поликлиника № 3', 'KZ-31'))
    expect(await found(db, 'Қызылорда емхана')).toHaveLength(2)
    expect(await found(db, 'кызылорда емхана')).toHaveLength(2)
    expect(await found(db, 'поликлиника 3')).toEqual(expect.arrayContaining(['Кызылординская городская поликлиника №3', 'Таразская городская поликлиника № 3']))
    expect(await found(db, 'поликлиника 3')).toHaveLength(2)
    expect(await found(db, 'поликл')).toHaveLength(3)
    expect((await found(db, 'Поликлиника'))[0]).toBe('Поликлиника № 13, город Кызылорда')
    expect(await found(db, 'поликлиника', ['KZ-31'])).toEqual(['Таразская городская поликлиника № 3'])
    expect(await found(db, 'поликлиника', ['KZ-10'])).toEqual([])
    for (const nothing of ['', ' № ', 'линика', 'поликлиника 33']) expect(await found(db, nothing)).toEqual([])
  })

  test('closed ones are found too, and what is left out is told', async ({ db }) => {
    const administrator = await anAdministrator(db)
    await aRegion(db)
    const { id } = await addFacility(db, administrator, { ...named('Ескі емхана', 'Старая поликлиника'), kind: 'polyclinic', rural: false })
    await aFacility(db, named('Жаңа емхана', 'Новая поликлиника'))
    await changeFacility(db, administrator, { facilityId: id, closed: true })
    const { items, more } = await findFacilities(db, { text: 'поликлиника', limit: 1 })
    expect([items.length, more]).toEqual([1, 1])
    expect(await found(db, 'старая')).toEqual(['Старая поликлиника'])
  })
})
