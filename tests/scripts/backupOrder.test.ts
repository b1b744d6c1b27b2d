import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core'
import * as schema from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { mostBytes } from '#modules/adoptions/index.ts'
import { mergePersons } from '#modules/people/index.ts'
import { batchOf, dumped, orderOf, tableOf } from '#scripts/dumpFormat.ts'
import { expect, test } from '#tests/database.ts'
import { aPerson } from '#tests/factories.ts'
import { aCertificate, replaced } from '#tests/modules/counts/register.ts'

test('a row comes after the row of its own table that it names, so that a restore in batches breaks no foreign key', async ({ db }) => {
  // Ids that sort the wrong way round.
  const kept = await aPerson(db, { id: 'ffffffff-0000-4000-8000-000000000001' })
  for (const id of ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']) {
    await aPerson(db, { id })
    await mergePersons(db, system('test'), { personId: id, intoId: kept.id }, async () => {})
  }
  const people = (await db.select().from(schema.persons).orderBy(...orderOf('persons'))).map((one) => one.id)
  expect(people).toEqual([kept.id, '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'])

  const first = await aCertificate(db, { id: 'ffffffff-0000-4000-8000-000000000002' })
  const second = await replaced(db, first, { id: '00000000-0000-4000-8000-000000000003' })
  await replaced(db, second, { id: '00000000-0000-4000-8000-000000000000' })
  const register = await db.select().from(schema.certificates).orderBy(...orderOf('certificates'))
  expect(register.map((one) => one.id)).toEqual([first.id, second.id, '00000000-0000-4000-8000-000000000000'])
})

test('a table comes after every other that its rows name, or a restore of a row that does would fail', () => {
  const late = dumped.flatMap((name, at) => getTableConfig(tableOf(name)).foreignKeys.flatMap((key) => {
    const named = dumped.findIndex((other) => (schema[other] as PgTable) === key.reference().foreignTable)
    return named > at ? [`${name} → ${dumped[named]}`] : []
  }))
  expect(late).toEqual([])
})

test('no other table names itself, but for regions and kinds of certificate, which fit one batch, and for adoptions and their steps, which are written as they happened', () => {
  const own = dumped.filter((name) => getTableConfig(tableOf(name)).foreignKeys.some((key) => key.reference().foreignTable === (schema[name] as PgTable)))
  expect(own).toEqual(['regions', 'persons', 'certificateKinds', 'certificates', 'adoptions', 'adoptionSteps'])
})

test('a line of a backup stays a text that can be written and read, also of the largest scans', () => {
  const [longest, base64] = [2 ** 29 - 24, 4 / 3]
  expect(batchOf('evidenceFiles') * mostBytes * base64).toBeLessThan(longest / 4)
})
