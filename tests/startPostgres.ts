import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '#db/client.ts'

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
  const server = await start(programs)
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

/** The folder that holds PostgreSQL's programs: what `pg_config` says, Debian's newest, or the usual places. */
export function findPrograms(): string | null {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, 'bin')) : []
  return [saidByConfig(), ...versions, '/usr/local/pgsql/bin', '/usr/local/bin', '/opt/homebrew/bin', '/usr/bin'].find((folder) => folder && existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null
}

function saidByConfig(): string | null {
  try {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return null
  }
}

/** Makes a cluster in a temporary folder and runs it on a Unix socket and a free loopback port, without fsync. */
async function start(programs: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'besik-postgres-'))
  chmodSync(folder, 0o700)
  const owner = unprivileged()
  if (owner) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const as = { cwd: folder, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' }, ...owner }
  execFileSync(join(programs, 'initdb'), ['--pgdata', data, '--username', 'besik', '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'], { ...as, stdio: 'pipe' })
  const port = await freePort()
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: folder, fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 120, timezone: 'UTC' }
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], { ...as, stdio: ['ignore', 'ignore', 'pipe'] })
  const said: string[] = []
  server.stderr.setEncoding('utf8').on('data', (text: string) => said.length < 200 && said.push(text))
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  // A test run that is killed must not leave a server behind.
  const kill = () => server.kill('SIGQUIT')
  process.once('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    server.kill('SIGINT')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }

  const url = `postgres://besik@127.0.0.1:${port}/postgres`
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL did not start: ${said.join('')}`)
    if (await answers(url)) return { url, stop }
    await pause(100)
  }
  await stop()
  throw new Error(`PostgreSQL did not answer: ${said.join('')}`)
}

async function answers(url: string): Promise<boolean> {
  const client = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} })
  return client`select 1`.then(() => true, () => false).finally(() => client.end({ timeout: 1 }).catch(() => {}))
}

/** PostgreSQL refuses to run as root: then it runs as `postgres` or, failing that, `nobody`. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'))
  const user = ['postgres', 'nobody'].map((name) => users.find((fields) => fields[0] === name)).find(Boolean)
  if (!user) throw new Error('PostgreSQL can’t run as root, and there is neither a user postgres nor nobody')
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

const freePort = () => new Promise<number>((resolve, reject) => {
  const probe = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as { port: number }
    probe.close(() => resolve(port))
  })
})
