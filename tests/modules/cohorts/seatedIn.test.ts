import { enrolments } from '#db/schema/index.ts'
import { seatedIn, withdraw } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCohort, aCoordinator, aPerson, seated } from '#tests/factories.ts'

test('people with a seat come in the order of names, without the queue, who has left, and other cohorts', async ({ db }) => {
  const cohort = await aCohort(db)
  const person = async (familyName: string) => (await aPerson(db, { familyName })).id
  const [serik, aigul, marat, gone, waiting, elsewhere] = [
    await person('Серікова'), await person('Айгүлова'), await person('Маратова'), await person('Бекова'), await person('Вернер'), await person('Данилова'),
  ]
  await seated(db, cohort, serik, aigul, marat, gone)
  await withdraw(db, await aCoordinator(db, cohort.centreId), { cohortId: cohort.id, personId: gone })
  await db.insert(enrolments).values({ cohortId: cohort.id, personId: waiting, state: 'queued', source: 'self', ticket: 5000 })
  await seated(db, await aCohort(db, { startsOn: '2027-04-05', endsOn: '2027-04-09' }), elsewhere, marat)

  const people = await seatedIn(db, cohort.id)
  expect(people.map((one) => [one.personId, one.familyName])).toEqual([[aigul, 'Айгүлова'], [marat, 'Маратова'], [serik, 'Серікова']])
  expect(Object.keys(people[0]!).sort()).toEqual(['familyName', 'givenName', 'patronymic', 'personId'])
  expect((await seatedIn(db, cohort.id, marat)).map((one) => one.personId)).toEqual([marat])
  for (const none of [gone, waiting, elsewhere]) expect(await seatedIn(db, cohort.id, none)).toEqual([])
})
