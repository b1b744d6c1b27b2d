import { eq, sql } from 'drizzle-orm'
import { kept } from '#db/kept.ts'
import { settings } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { expect, test } from '#tests/database.ts'

test('a kept statement is built once, and runs in whichever transaction it is given', async ({ db }) => {
  let built = 0
  const write = kept((on) => {
    built++
    return on.insert(settings).values({ name: sql.placeholder('name'), value: sql.placeholder('value') }).prepare('write_setting')
  })
  const read = kept((on) => on.select({ value: settings.value }).from(settings).where(eq(settings.name, sql.placeholder('name'))).prepare('read_setting'))

  await write(db, { name: 'outside', value: { kept: 1 } })
  await transact(db, async (tx) => write(tx, { name: 'inside', value: { kept: 2 } }))
  const undone = transact(db, async (tx) => {
    await write(tx, { name: 'undone', value: { kept: 3 } })
    expect(await read(tx, { name: 'undone' })).toEqual([{ value: { kept: 3 } }])
    throw new Error('changed our mind')
  })

  await expect(undone).rejects.toThrow('changed our mind')
  expect(built).toBe(1)
  expect(await Promise.all(['outside', 'inside', 'undone'].map((name) => read(db, { name })))).toEqual([[{ value: { kept: 1 } }], [{ value: { kept: 2 } }], []])
})
