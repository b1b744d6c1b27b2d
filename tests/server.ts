import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export const built = existsSync('dist/server/entry.mjs')

export type Server = {
  origin: string
  dataDir: string
  process: ChildProcess
  /** Everything the process has printed so far. */
  output(): string
  stop(signal?: NodeJS.Signals): Promise<number | null>
} & AsyncDisposable

export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done))
  const { port } = probe.address() as { port: number }
  await new Promise((done) => probe.close(done))
  return port
}

/** Fills a folder with the demonstration that was made for all tests (see prepareDemonstration.ts); without one, a server's first start makes it. */
export function copyDemonstration(folder: string) {
  const made = process.env['DEMONSTRATION']
  if (made) cpSync(made, folder, { recursive: true })
}

/** Starts the built server in a process of its own, with a folder of its own, which holds the demonstration unless told otherwise, and waits until it is ready. */
export async function startServer(env: Record<string, string> = {}, { ready = true } = {}): Promise<Server> {
  const port = env['PORT'] ?? String(await freePort())
  const own = env['DATA_DIR'] === undefined
  const dataDir = env['DATA_DIR'] ?? mkdtempSync(join(tmpdir(), 'besik-server-'))
  if (own && env['DEMO'] !== 'off' && !env['DATABASE_URL']) copyDemonstration(dataDir)
  const child = spawn(process.execPath, ['scripts/besik.ts', 'serve'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: dataDir, PORT: port, DEMO: 'on', PACKAGES_AHEAD: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk))
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  const origin = env['PUBLIC_ORIGIN'] ?? `http://127.0.0.1:${port}`
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    const code = await exited
    if (own) rmSync(dataDir, { recursive: true, force: true })
    return code
  }
  for (let waited = 0; ready; waited += 100) {
    if (child.exitCode !== null || waited > 90_000) {
      // Nobody gets a server to stop: it must not go on by itself, nor leave its folder behind.
      await stop('SIGKILL')
      throw new Error(`the server did not start:\n${output}`)
    }
    if (await fetch(`http://127.0.0.1:${port}/readyz`).then((answer) => answer.ok, () => false)) break
    await pause(100)
  }
  return { origin, dataDir, process: child, output: () => output, stop, [Symbol.asyncDispose]: async () => void (await stop('SIGKILL')) }
}

/** A browser without JavaScript: keeps cookies, sends the origin, never follows a redirect unless asked. */
export class Visitor {
  readonly origin: string
  readonly cookies = new Map<string, string>()

  constructor(server: { origin: string }) {
    this.origin = server.origin
  }

  async send(method: string, path: string, { body, headers = {} }: { body?: BodyInit | undefined; headers?: Record<string, string> } = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(new URL(path, this.origin), { method, body: body ?? null, redirect: 'manual', headers: { ...(cookie ? { cookie } : {}), ...(method === 'GET' ? {} : { origin: this.origin }), ...headers } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /expires=Thu, 01 Jan 1970|max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }

  get = (path: string) => this.send('GET', path)

  /** Follows redirects, as a reader would. */
  async open(path: string): Promise<{ status: number; text: string; path: string }> {
    for (let hop = 0; hop < 5; hop++) {
      const response = await this.get(path)
      const next = response.headers.get('location')
      if (!next || response.status < 300 || response.status > 399) return { status: response.status, text: await response.text(), path }
      path = new URL(next, this.origin).pathname + new URL(next, this.origin).search
    }
    throw new Error(`${path} redirects for ever`)
  }

  /** Sends a form to an action of a page. */
  form = (path: string, action: string, fields: Record<string, string>) =>
    this.send('POST', `${path}${path.includes('?') ? '&' : '?'}_action=${action}`, { body: new URLSearchParams(fields) })

  /** Calls the JSON API. */
  async call(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: any; headers: Headers }> {
    const response = await this.send(method, `/api/v1${path}`, json === undefined ? { headers } : { body: JSON.stringify(json), headers: { 'content-type': 'application/json', ...headers } })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: /json/.test(response.headers.get('content-type') ?? '') && text ? JSON.parse(text) : text }
  }

  async signIn(email: string, password = 'besik-demo-2026'): Promise<this> {
    const { status } = await this.call('POST', '/session', { email, password })
    if (status !== 204) throw new Error(`${email} could not sign in: ${status}`)
    return this
  }
}
