import { seedPeople } from '#db/seed/people.ts'
import { seedPlaces } from '#db/seed/places.ts'
import { system, visitor } from '#modules/actor.ts'
import { persons, readSession, signIn } from '#modules/people/index.ts'
import { seedRegions } from '#modules/places/index.ts'
import { expect, test } from '#tests/database.ts'

test('smoke', async ({ db }) => {
  await seedRegions(db)
  await seedPlaces(db, system('demo'))
  await seedPeople(db, system('demo'))
  const s = await signIn(db, visitor, { login: 'Admin@demo.kz', password: 'besik-demo-2026', browser: 'x' })
  const r = await readSession(db, s.token)
  console.log(r)
  const t0 = performance.now()
  for (let i = 0; i < 200; i++) await readSession(db, s.token)
  console.log('ms per read', (performance.now() - t0) / 200)
  const list = await persons(db, r!.actor, { limit: 3 })
  console.log(JSON.stringify(list, null, 1))
  const next = await persons(db, r!.actor, { limit: 3, cursor: list.cursor! })
  console.log(next.items.map((p) => p.familyName + p.givenName))
  expect(list.total).toBe(62)
})
