import { tmpdir } from 'node:os'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '#db/client.ts'
import { findPrograms, startCluster } from './postgres.ts'

/**
 * Starts a real PostgreSQL of our own, migrated and empty, and provides its address as `postgres`; null when none is
 * installed, and the tests that need one skip by name. Nothing of a server that already runs here is touched.
 */
export default async function startPostgres(project: TestProject) {
  const programs = findPrograms()
  if (!programs) {
    project.provide('postgres', null)
    return
  }
  const server = await startCluster(programs)
  const database = await openDatabase({ databaseUrl: await newDatabase(server.url, template, 'template1'), dataDir: tmpdir() })
  await database.migrate()
  await database.close()
  project.provide('postgres', await newDatabase(server.url, 'besik'))
  return server.stop
}

const template = 'besik_template'

/** Makes a migrated, empty database on the server of this address, and answers its own address: for a test file that wants one to itself. */
export async function newDatabase(url: string, name: string, from = template): Promise<string> {
  const address = new URL(url)
  address.pathname = '/postgres'
  const client = postgres(address.href, { max: 1, onnotice: () => {} })
  await client.unsafe(`create database ${name} template ${from}`).finally(() => client.end())
  address.pathname = `/${name}`
  return address.href
}
