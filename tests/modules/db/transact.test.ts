import { describe, expect, test } from 'vitest'
import type { Db } from '#db/client.ts'
import { errorCode, isUnavailable, transact } from '#db/transact.ts'

/** A database whose transactions fail so many times with this code, wrapped as drizzle wraps it. */
function failing(code: string, times: number) {
  let tries = 0
  const db = {
    transaction: async (work: (tx: unknown) => Promise<unknown>) => {
      tries++
      if (tries <= times) throw new Error('Failed query', { cause: Object.assign(new Error('x'), { code }) })
      return work({})
    },
  } as unknown as Db
  return { db, tries: () => tries }
}

describe('a transaction', () => {
  test.each(['40001', '40P01'])('that loses against another (%s) is tried again, three times', async (code) => {
    const { db, tries } = failing(code, 3)
    expect(await transact(db, async () => 'done')).toBe('done')
    expect(tries()).toBe(4)
  })

  test('that keeps losing fails in the end', async () => {
    const { db, tries } = failing('40001', 9)
    await expect(transact(db, async () => 'done')).rejects.toThrow('Failed query')
    expect(tries()).toBe(4)
  })

  test('that breaks a rule is not tried again', async () => {
    const { db, tries } = failing('23505', 1)
    await expect(transact(db, async () => 'done')).rejects.toThrow('Failed query')
    expect(tries()).toBe(1)
  })
})

test.each([['57P01', true], ['08006', true], ['53300', true], ['25006', true], ['57014', true], ['CONNECTION_CLOSED', true], ['ECONNREFUSED', true], ['BESIK_DEADLINE', true], ['23505', false], ['22023', false], [undefined, false]])('%s: the database is away? %s', (code, away) => {
  const error = new Error('Failed query', { cause: Object.assign(new Error('x'), { code }) })
  expect([errorCode(error), isUnavailable(error)]).toEqual([code, away])
})
