import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { distinctPersons, memberships, persons } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { keptNotices } from '#modules/notices/index.ts'
import { compareAgain, createPerson, distinguished, distinguishPersons, duplicates, erasePerson, mergePersons, proposeMerge } from '#modules/people/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, actorFor, aFacility, anAdministrator, aPerson, aTrainee } from '#tests/factories.ts'

const iins = ['791028302728', '061211600012']
const make = async (db: Db, names: string, values: object = {}) => {
  const [familyName = '', givenName = '', patronymic] = names.split(' ')
  return (await createPerson(db, system('test'), { familyName, givenName, patronymic: patronymic ?? null, role: 'trainee', ...values })).id
}
const pairs = async (db: Db, actor = system('test'), filter = {}) => (await duplicates(db, actor, filter)).items.map(({ one, other }) => [one.id, other.id].sort())

describe('looking for duplicates', () => {
  test('finds one human in Kazakh, Russian and Latin letters, without a patronymic, and married', async ({ db }) => {
    const facility = await aFacility(db)
    const at = { facilityId: facility.id }
    const kazakh = await make(db, 'Құдайберген Үміт Маратқызы', { ...at, iin: iins[0] })
    const russian = await make(db, 'Кудайбергенова Умит Маратовна', at)
    const latin = await make(db, 'Qudaibergen Umit', at)
    const married = await make(db, 'Сәрсенова Үміт Маратқызы', at)
    await make(db, 'Құдайберген Үміт Серікқызы', at)
    const found = await duplicates(db, system('test'))
    expect(found.items.map(({ one, other }) => [one.id, other.id].sort())).toEqual(expect.arrayContaining([
      [kazakh, russian].sort(), [kazakh, latin].sort(), [russian, latin].sort(), [kazakh, married].sort(), [russian, married].sort(),
    ]))
    // The fifth has another father: only who has no patronymic may be her.
    expect(found.items).toHaveLength(6)
    expect(found.items.find(({ one, other }) => one.id === married || other.id === married)!.likeness.reasons).toContain('other-family')
    expect(found.cursor).toBeNull()
  })

  test('never shows two who both have an IIN, and nobody who is erased or merged', async ({ db }) => {
    const [first, second] = [await make(db, 'Оспан Айгүл Маратқызы', { iin: iins[0] }), await make(db, 'Оспанова Айгуль Маратовна', { iin: iins[1] })]
    expect(await pairs(db)).toEqual([])
    const third = await make(db, 'Оспан Айгүл')
    expect(await pairs(db)).toEqual([[first, third].sort(), [second, third].sort()].sort())
    await erasePerson(db, system('test'), { personId: second }, async () => {})
    await mergePersons(db, system('test'), { personId: third, intoId: first }, async () => {})
    expect(await pairs(db)).toEqual([])
  })

  test('shows a coordinator the pairs of people the centre sees, an administrator all, others nothing', async ({ db }) => {
    const centre = await aCentre(db)
    const [near, far] = [await aFacility(db), await aFacility(db, { regionCode: 'KZ-75' })]
    const midwife = await make(db, 'Оспан Айгүл', { facilityId: near.id, profession: 'midwife' })
    const own = [midwife, await make(db, 'Оспан Айгүл', { facilityId: near.id })].sort()
    const other = [await make(db, 'Әлім Дана', { facilityId: far.id }), await make(db, 'Әлім Дана', { facilityId: far.id })].sort()
    const half = await make(db, 'Оспан Айгүл', { facilityId: far.id, profession: 'midwife' })
    const coordinator = await aCoordinator(db, centre.id)
    expect(await pairs(db, coordinator)).toEqual([own])
    expect(await pairs(db, await anAdministrator(db))).toEqual(expect.arrayContaining([own, other, [midwife, half].sort()]))
    for (const actor of [visitor, await aTrainee(db), await actorFor(db, own[0]!, { role: 'trainer', centreId: centre.id })]) await expect(duplicates(db, actor)).rejects.toMatchObject({ code: 'permission.denied' })
    // Nor may a coordinator say anything about somebody whom they don't see.
    for (const verb of [distinguishPersons, compareAgain, proposeMerge]) await expect(verb(db, coordinator, { personId: own[0]!, otherId: half })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await db.$count(distinctPersons)).toBe(0)
  })

  test('remembers who was told apart, until somebody looks again', async ({ db }) => {
    const centre = await aCentre(db)
    const facility = await aFacility(db)
    const [one, other] = [await make(db, 'Оспан Айгүл', { facilityId: facility.id }), await make(db, 'Оспан Айгүл', { facilityId: facility.id })]
    const coordinator = await aCoordinator(db, centre.id)
    await distinguishPersons(db, coordinator, { personId: one, otherId: other })
    await distinguishPersons(db, coordinator, { personId: other, otherId: one })
    expect(await pairs(db)).toEqual([])
    expect(await db.select().from(distinctPersons)).toMatchObject([{ a: [one, other].sort()[0], decidedBy: coordinator.personId }])
    expect((await distinguished(db, coordinator)).map((pair) => [pair.one.id, pair.other.id])).toEqual([[one, other].sort()])
    await compareAgain(db, coordinator, { personId: other, otherId: one })
    expect(await pairs(db)).toHaveLength(1)
    await expect(distinguishPersons(db, coordinator, { personId: one, otherId: one })).rejects.toMatchObject({ code: 'person.merge-same' })
  })

  test('goes on after a page, loses none and shows none twice; search and level narrow it', async ({ db }) => {
    const names = ['Айгүл', 'Әсел', 'Жанар', 'Гүлжан', 'Дана', 'Меруерт', 'Шолпан']
    for (const name of names) for (const _ of [1, 2, 3]) await make(db, `Оспан ${name}`)
    await make(db, 'Ли Анна', { profession: 'midwife' })
    await make(db, 'Ли Анна', { profession: 'teacher' })
    const all = new Set<string>()
    let cursor: string | undefined
    let pages = 0
    do {
      const page = await duplicates(db, system('test'), { limit: 4, cursor })
      for (const { one, other } of page.items) {
        const pair = [one.id, other.id].sort().join()
        expect(all.has(pair)).toBe(false)
        all.add(pair)
      }
      cursor = page.cursor ?? undefined
      pages++
    } while (cursor)
    expect(all.size).toBe(22)
    expect(pages).toBeGreaterThan(3)
    expect(await pairs(db, system('test'), { search: 'әсел' })).toHaveLength(3)
    expect(await pairs(db, system('test'), { level: 'likely', search: 'ли анна' })).toEqual([])
  })

  test('reads on where more than one batch of candidates scores too low', async ({ db }) => {
    const [home, away] = [await aFacility(db), await aFacility(db, { regionCode: 'KZ-75' })]
    const row = (index: number) => ({ familyName: `Ааа`, givenName: `Ә${'бдклмнпрст'[index % 10]}а${'бдклмнпрст'[Math.floor(index / 10) % 10]}у${'бдк'[Math.floor(index / 100)]}`, folded: 'ааа', sex: 'female' as const })
    await db.insert(persons).values(Array.from({ length: 260 }, (_, index) => [{ ...row(index), facilityId: home.id, profession: 'midwife' as const }, { ...row(index), facilityId: away.id, profession: 'teacher' as const }]).flat())
    const twins = [await make(db, 'Яяя Айгүл'), await make(db, 'Яяя Айгуль')].sort()
    expect(await pairs(db, system('test'), { limit: 1 })).toEqual([twins])
  })
})

describe('proposing a merge', () => {
  test('writes to every administrator who has an address, with a link and without a name, once a day', async ({ db }) => {
    const facility = await aFacility(db)
    const [one, other] = [await make(db, 'Ерекшетегі Айгүл', { facilityId: facility.id }), await make(db, 'Ерекшетегі Айгүл', { facilityId: facility.id })]
    const coordinator = await aCoordinator(db, (await aCentre(db)).id)
    for (const [email, suspendedAt] of [['a@example.kz', null], [null, null], ['gone@example.kz', new Date()]] as const) {
      await db.insert(memberships).values({ personId: (await aPerson(db, { email, suspendedAt })).id, role: 'administrator' })
    }
    expect(await proposeMerge(db, coordinator, { personId: one, otherId: other })).toEqual({ told: 1 })
    const letters = (await keptNotices(db)).filter((letter) => letter.kind === 'person.merge-proposed')
    expect(letters).toMatchObject([{ recipient: 'a@example.kz' }])
    expect(letters[0]!.body).toContain(`/admin/people/${one}/merge?with=${other}`)
    expect(letters[0]!.body).not.toContain('Ерекшетегі')
    await expect(proposeMerge(db, coordinator, { personId: other, otherId: one })).rejects.toMatchObject({ code: 'limit.too-many' })
    await db.update(persons).set({ suspendedAt: new Date() }).where(eq(persons.id, one))
    await expect(proposeMerge(db, coordinator, { personId: other, otherId: one })).rejects.toMatchObject({ code: 'person.merge-suspended' })
    await expect(proposeMerge(db, await aTrainee(db), { personId: one, otherId: other })).rejects.toMatchObject({ code: 'permission.denied' })
  })
})
