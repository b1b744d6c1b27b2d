import { sql } from 'drizzle-orm'
import { faultOf } from '#db/fault.ts'
import { persons } from '#db/schema/index.ts'
import { expect, test } from '#tests/database.ts'

const failing = async (work: () => PromiseLike<unknown>): Promise<unknown> => {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

test('a failed query is told by its text, its code and its constraint, never by its values', async ({ db }) => {
  const error = await failing(() => db.transaction((tx) => tx.insert(persons).values({ familyName: 'Құпиянова', givenName: 'Айша', locale: 'de', email: 'aisha@example.kz' } as never)))
  expect(String((error as Error).stack)).toContain('Құпиянова')
  const told = faultOf(error)
  expect(told).toContain('insert into "persons"')
  expect(told).toContain('23502')
  expect(told).toContain('fault.test.ts')
  for (const value of ['Құпиянова', 'Айша', 'aisha@example.kz']) expect(told).not.toContain(value)
})

test('what PostgreSQL quotes in its own words is left out too', async ({ db }) => {
  const error = await failing(() => db.transaction((tx) => tx.execute(sql`select ${'Құпиянова'}::uuid`)))
  expect(faultOf(error)).toContain('22P02')
  expect(faultOf(error)).not.toContain('Құпиянова')
})

test('an error of our own keeps its words and its cause', () => {
  const told = faultOf(new Error('the edition has no question q-1', { cause: new TypeError('no') }))
  expect(told).toMatch(/Error: the edition has no question q-1[\s\S]*caused by TypeError: no/)
  expect(faultOf('a name')).toBe('string')
})
