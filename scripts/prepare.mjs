// Runs on any Node from 20 on and needs no package: it brings the project's own Node and packages, and builds when stale.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** The Node that the project brought along. */
export const node = join(root, 'node_modules/.bin/node')

/** Installs the locked packages when they are missing or the lockfile has changed. */
export function install() {
  const stamp = join(root, 'node_modules/.besik-lock')
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
  if (existsSync(stamp) && existsSync(node) && readFileSync(stamp, 'utf8') === wanted) return
  console.log('Installing packages …')
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' })
  if (!existsSync(node)) {
    console.error(`No Node ${process.platform}-${process.arch} comes with this project: only linux-x64 and linux-arm64 do.`)
    process.exit(2)
  }
  writeFileSync(stamp, wanted)
}

const sources = ['src', 'modules', 'db', 'content', 'package-lock.json', 'astro.config.mjs', 'tsconfig.json']

function fingerprint() {
  const hash = createHash('sha256')
  const walk = (path) => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) walk(join(path, name))
    else hash.update(path.slice(root.length)).update(readFileSync(path))
  }
  for (const name of sources) walk(join(root, name))
  return hash.digest('hex')
}

/** Builds the pages unless the last build was made from these very sources. */
export function build() {
  const stamp = join(root, 'dist/.sources')
  const wanted = fingerprint()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.log('Building …')
  execFileSync(node, [join(root, 'node_modules/astro/bin/astro.mjs'), 'build'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: environment() })
  writeFileSync(stamp, wanted)
}

/** The environment for children: the project's own Node first. */
export const environment = () => ({ ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`, ASTRO_TELEMETRY_DISABLED: '1' })

/** Runs a script of the project with its own Node, passes signals on, and answers its exit code. */
export function run(args, { env = {} } = {}) {
  const child = spawn(node, args, { cwd: root, stdio: 'inherit', env: { ...environment(), ...env } })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1))))
}
