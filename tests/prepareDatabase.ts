import { PGlite } from '@electric-sql/pglite'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { wrapEmbedded } from '#db/client.ts'
import { createKeys } from '#modules/keys/index.ts'

/** Migrates one embedded database, once for all test files, and makes the keys that the tests share. */
export default async function prepare(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'besik-test-'))
  createKeys(join(folder, 'keys'))
  const client = await PGlite.create()
  const database = wrapEmbedded(client)
  await database.migrate()
  const dump = await client.dumpDataDir('none')
  const snapshot = join(folder, 'snapshot.tar')
  writeFileSync(snapshot, Buffer.from(await dump.arrayBuffer()))
  await database.close()
  project.provide('folder', folder)
  project.provide('snapshot', snapshot)
  return () => rmSync(folder, { recursive: true, force: true })
}

declare module 'vitest' {
  interface ProvidedContext {
    folder: string
    snapshot: string
    postgres: string | null
  }
}
