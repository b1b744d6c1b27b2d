import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import postgres from 'postgres'

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

export type Cluster = {
  url: string
  stop(): Promise<void>
  /** Stops the server at once, as a crash would. */
  halt(): Promise<void>
  /** Starts it again on the same data and port. */
  resume(): Promise<void>
  /** Freezes every process of the server, so that connections stay open and nothing answers; or thaws them. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}

/** Makes a cluster in a temporary folder and runs it on a Unix socket and a free loopback port; without fsync unless told, for a test's data may be lost. */
export async function startCluster(programs: string, { fsync = false } = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'besik-postgres-'))
  chmodSync(folder, 0o700)
  const owner = unprivileged()
  if (owner) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const as = { cwd: folder, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' }, ...owner }
  execFileSync(join(programs, 'initdb'), ['--pgdata', data, '--username', 'besik', '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'], { ...as, stdio: 'pipe' })
  const port = await freePort()
  const unsafe = fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: folder, max_connections: 120, timezone: 'UTC', ...unsafe }
  const url = `postgres://besik@127.0.0.1:${port}/postgres`

  let server: ChildProcess
  let ended: Promise<void>
  const kill = () => server.kill('SIGQUIT')
  const resume = async () => {
    const said: string[] = []
    server = spawn(join(programs, 'postgres'), ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], { ...as, stdio: ['ignore', 'ignore', 'pipe'] })
    server.stderr!.setEncoding('utf8').on('data', (text: string) => said.length < 200 && said.push(text))
    ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
    for (let tries = 0; tries < 300; tries++) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL did not start: ${said.join('')}`)
      if (await answers(url)) return
      await pause(100)
    }
    kill()
    throw new Error(`PostgreSQL did not answer: ${said.join('')}`)
  }
  const end = async (signal: 'SIGINT' | 'SIGQUIT') => {
    server.kill(signal)
    await ended
  }
  await resume()
  // A test run that is killed must not leave a server behind.
  process.once('exit', kill)
  return {
    url,
    resume,
    halt: () => end('SIGQUIT'),
    async stop() {
      process.off('exit', kill)
      await end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
    signal(name) {
      const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim().split(' ').map(Number)
      for (const pid of [server.pid!, ...children]) process.kill(pid, name)
    },
  }
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
