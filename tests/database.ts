import { PGlite } from '@electric-sql/pglite'
import { openAsBlob } from 'node:fs'
import { inject, test as base } from 'vitest'
import { type Db, wrapEmbedded } from '#db/client.ts'

class RollBack extends Error {}

/** `test` with a `db` of its own: a migrated embedded database, in a transaction that is rolled back afterwards. */
export const test = base.extend<{ $test: { db: Db }; $worker: { embedded: Db } }>({
  embedded: [
    async ({}, use) => {
      const client = await PGlite.create({ loadDataDir: await openAsBlob(inject('snapshot')) })
      const database = wrapEmbedded(client)
      await use(database.db)
      await database.close()
    },
    { scope: 'worker' },
  ],
  db: async ({ embedded }, use) => {
    await embedded
      .transaction(async (tx) => {
        await use(tx as unknown as Db)
        throw new RollBack()
      })
      .catch((error: unknown) => {
        if (!(error instanceof RollBack)) throw error
      })
  },
})
export { describe, expect } from 'vitest'
