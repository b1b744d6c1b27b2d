import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { absences, cohortTrainers, memberships, trainers } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { addAbsence, addAbsenceInput, changeTrainer, listTrainers, registerTrainer, registerTrainerInput, removeAbsence, trainerOf } from '#modules/timetable/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, actorFor, anAdministrator, aPerson, aTrainee, aTrainer, texts } from '#tests/factories.ts'

const what = { level: 'regional' as const, languages: ['kk' as const], courses: ['imci'] }

async function aTeam(db: Db) {
  const centre = await aCentre(db, { cities: texts('Қызылорда') })
  const coordinator = await aCoordinator(db, centre.id)
  const trainer = await aTrainer(db, centre.id)
  const foreign = await aCoordinator(db, (await aCentre(db, { cities: texts('Тараз') })).id)
  return { centre, coordinator, trainer, personId: trainer.personId!, foreign }
}
const code = (work: Promise<unknown>) => work.then(() => 'done', (error: { code: string }) => error.code)

describe('the registry', () => {
  test('a coordinator enters a trainer of the centre, once, and changes what is told of them', async ({ db }) => {
    const { coordinator, personId } = await aTeam(db)
    await registerTrainer(db, coordinator, { personId, ...what })
    expect(await code(registerTrainer(db, coordinator, { personId, ...what }))).toBe('trainer.registered')
    await changeTrainer(db, coordinator, { personId, level: 'facility', languages: ['kk', 'ru'], courses: ['imci', 'emergency'] })
    expect(await db.select().from(trainers)).toMatchObject([{ personId, level: 'facility', languages: ['kk', 'ru'], courses: ['imci', 'emergency'], changedBy: coordinator.personId }])
  })

  test('the national level is an administrator’s to give and to take away; the rest stays the centre’s', async ({ db }) => {
    const { coordinator, personId } = await aTeam(db)
    const admin = await anAdministrator(db)
    expect(await code(registerTrainer(db, coordinator, { personId, ...what, level: 'national' }))).toBe('trainer.national')
    await registerTrainer(db, admin, { personId, ...what, level: 'national' })
    expect(await code(changeTrainer(db, coordinator, { personId, ...what }))).toBe('trainer.national')
    expect(await code(changeTrainer(db, coordinator, { personId, ...what, level: 'national', courses: ['emergency'] }))).toBe('done')
    expect((await db.select().from(trainers))[0]).toMatchObject({ level: 'national', courses: ['emergency'] })
  })

  test('is for those who train: nobody else is there', async ({ db }) => {
    const { coordinator, centre } = await aTeam(db)
    const trainee = await aTrainee(db)
    const former = await aTrainer(db, centre.id)
    await db.update(memberships).set({ until: new Date() }).where(eq(memberships.personId, former.personId!))
    for (const personId of [trainee.personId!, former.personId!, crypto.randomUUID()]) expect(await code(registerTrainer(db, coordinator, { personId, ...what }))).toBe('object.not-found')
    expect(await db.$count(trainers)).toBe(0)
  })

  test('is kept by the centre’s coordinators and administrators', async ({ db }) => {
    const { trainer, foreign, personId } = await aTeam(db)
    const colleague = await aTrainer(db, trainer.memberships[0]!.centreId!)
    expect([await code(registerTrainer(db, foreign, { personId, ...what })), await code(registerTrainer(db, trainer, { personId, ...what })), await code(registerTrainer(db, colleague, { personId, ...what })), await code(registerTrainer(db, visitor, { personId, ...what }))])
      .toEqual(['object.not-found', 'permission.denied', 'permission.denied', 'permission.denied'])
  })

  test('needs a language and a course, and takes each once', () => {
    const personId = crypto.randomUUID()
    expect(registerTrainerInput.parse({ personId, ...what, languages: ['ru', 'ru'] }).languages).toEqual(['ru'])
    for (const missing of [{ languages: [] }, { courses: [] }, { level: 'world' }]) expect(registerTrainerInput.safeParse({ personId, ...what, ...missing }).success).toBe(false)
  })
})

describe('absences', () => {
  test('are told by the coordinator or the trainer, say how many courses they touch, and are taken back', async ({ db }) => {
    const { coordinator, trainer, personId, centre } = await aTeam(db)
    await registerTrainer(db, coordinator, { personId, ...what })
    const cohort = await aCohort(db, { centreId: centre.id })
    await db.insert(cohortTrainers).values({ cohortId: cohort.id, personId })
    const { id, teaching } = await addAbsence(db, trainer, { personId, startsOn: '2027-03-05', endsOn: '2027-03-12', note: 'Еңбек демалысы' })
    expect(teaching).toBe(1)
    expect(await addAbsence(db, coordinator, { personId, startsOn: '2027-03-13', endsOn: '2027-03-13' })).toMatchObject({ teaching: 0 })
    await removeAbsence(db, coordinator, { absenceId: id })
    expect(await db.$count(absences)).toBe(1)
  })

  test('don’t overlap, and don’t end before they begin', async ({ db }) => {
    const { coordinator, personId } = await aTeam(db)
    await registerTrainer(db, coordinator, { personId, ...what })
    await addAbsence(db, coordinator, { personId, startsOn: '2027-03-05', endsOn: '2027-03-12' })
    for (const [startsOn, endsOn] of [['2027-03-12', '2027-03-20'], ['2027-03-01', '2027-03-05'], ['2027-03-06', '2027-03-07']] as const)
      await expect(addAbsence(db, coordinator, { personId, startsOn, endsOn })).rejects.toMatchObject({ code: 'absence.overlaps', facts: { from: '2027-03-05', to: '2027-03-12' } })
    expect(addAbsenceInput.safeParse({ personId, startsOn: '2027-03-05', endsOn: '2027-03-04' }).success).toBe(false)
  })

  test('of others are nobody’s business: colleagues may not, other centres find nothing', async ({ db }) => {
    const { coordinator, personId, foreign, centre } = await aTeam(db)
    await registerTrainer(db, coordinator, { personId, ...what })
    const { id } = await addAbsence(db, coordinator, { personId, startsOn: '2027-03-05', endsOn: '2027-03-12' })
    const colleague = await aTrainer(db, centre.id)
    expect([await code(removeAbsence(db, colleague, { absenceId: id })), await code(removeAbsence(db, foreign, { absenceId: id })), await code(addAbsence(db, foreign, { personId, startsOn: '2027-04-05', endsOn: '2027-04-05' }))])
      .toEqual(['permission.denied', 'object.not-found', 'object.not-found'])
    expect(await db.$count(absences)).toBe(1)
  })
})

describe('looking for a trainer', () => {
  async function aRegistry(db: Db) {
    const { coordinator, centre, personId, foreign } = await aTeam(db)
    const person = async (familyName: string, centreId: string) => {
      const one = await aPerson(db, { familyName, givenName: 'Аружан', patronymic: null })
      await actorFor(db, one.id, { role: 'trainer', centreId })
      return one.id
    }
    const foreignCentre = foreign.memberships[0]!.centreId!
    const [aida, botagoz, unknown] = [await person('Айдарова', foreignCentre), await person('Ботабаева', centre.id), await person('Ғабитова', foreignCentre)]
    await db.insert(trainers).values([
      { personId, level: 'regional', languages: ['kk', 'ru'], courses: ['imci'] },
      { personId: aida, level: 'national', languages: ['ru'], courses: ['imci', 'emergency'] },
    ])
    return { coordinator, centre, foreign, personId, aida, botagoz, unknown }
  }
  const ids = async (db: Db, actor: Parameters<typeof listTrainers>[1], filter: Parameters<typeof listTrainers>[2]) => new Set((await listTrainers(db, actor, filter)).items.map((one) => one.personId))

  test('shows one’s own trainers whole, and of others’ only name, level, languages, courses and city', async ({ db }) => {
    const { coordinator, personId, aida, botagoz, centre } = await aRegistry(db)
    const past = await aCohort(db, { centreId: centre.id, startsOn: '2026-03-02', endsOn: '2026-03-06', state: 'closed' })
    await db.insert(cohortTrainers).values([{ cohortId: past.id, personId }, { cohortId: past.id, personId: aida }])
    const { items } = await listTrainers(db, coordinator, {})
    // Somebody of another centre who is not in the registry is not told at all.
    expect(new Set(items.map((one) => one.personId))).toEqual(new Set([personId, aida, botagoz]))
    expect(items.find((one) => one.personId === aida)).toEqual({ personId: aida, name: 'Айдарова Аружан', own: false, level: 'national', languages: ['ru'], courses: ['imci', 'emergency'], cities: [texts('Тараз')], lastTaught: null })
    expect(items.find((one) => one.personId === personId)).toMatchObject({ own: true, lastTaught: '2026-03-06' })
    expect(items.find((one) => one.personId === botagoz)).toMatchObject({ own: true, level: null, lastTaught: null })
  })

  test.for([
    ['level', { level: 'national' }, ['aida']],
    ['language', { language: 'kk' }, ['personId']],
    ['course', { course: 'emergency' }, ['aida']],
    ['course and language', { course: 'imci', language: 'ru' }, ['personId', 'aida']],
    ['name, in either alphabet’s letters', { search: 'айдар' }, ['aida']],
    ['what no name has', { search: '100%' }, []],
  ] as const)('by %s', async ([, filter, expected], { db }) => {
    const registry = await aRegistry(db)
    expect(await ids(db, registry.coordinator, filter)).toEqual(new Set(expected.map((one) => registry[one])))
  })

  test('who is free in a period teaches nothing then and is not away', async ({ db }) => {
    const { coordinator, personId, aida, botagoz, centre } = await aRegistry(db)
    const cohort = await aCohort(db, { centreId: centre.id })
    await db.insert(cohortTrainers).values({ cohortId: cohort.id, personId: aida })
    await db.insert(absences).values({ personId, startsOn: '2027-03-08', endsOn: '2027-03-10' })
    expect(await ids(db, coordinator, { from: '2027-03-01', to: '2027-03-05' })).toEqual(new Set([personId, botagoz]))
    expect(await ids(db, coordinator, { from: '2027-03-08' })).toEqual(new Set([aida, botagoz]))
    expect(await ids(db, coordinator, { from: '2027-03-05', to: '2027-03-08' })).toEqual(new Set([botagoz]))
  })

  test('page by page leaves nobody out and tells nobody twice', async ({ db }) => {
    const { coordinator, personId, aida, botagoz } = await aRegistry(db)
    const seen: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await listTrainers(db, coordinator, { limit: 1, ...(cursor ? { cursor } : {}) })
      seen.push(...page.items.map((one) => one.personId))
      cursor = page.cursor
    }
    expect(seen).toHaveLength(3)
    expect(new Set(seen)).toEqual(new Set([personId, aida, botagoz]))
  })

  test('is for those who schedule and teach', async ({ db }) => {
    const { foreign, personId, coordinator } = await aRegistry(db)
    for (const actor of [visitor, await aTrainee(db)]) expect(await code(listTrainers(db, actor, {}))).toBe('permission.denied')
    expect(await trainerOf(db, coordinator, { personId })).toMatchObject({ level: 'regional', keeps: true, absences: [], taught: [] })
    expect(await code(trainerOf(db, foreign, { personId }))).toBe('object.not-found')
    expect(await code(trainerOf(db, coordinator, { personId: 'nothing' }))).toBe('object.not-found')
  })
})
