import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { findPrograms, startCluster } from '#tests/postgres.ts'
import { type Dataset, growthOf, tableOf } from './ministry/tables.ts'

// What the ministry's pages take on a large register that `seed scale` makes. By the environment:
//   BENCH_CERTIFICATES  how many on PostgreSQL; 20,000, which ends soon. The goals are said of 1,000,000.
//   BENCH_GROWTH        several numbers with commas: the same on each, and a table of how the questions grow.
//   BENCH_EMBEDDED      how many on the embedded database; 2,000. It should feel the same at 50,000.
//   BENCH_DATABASE_URL  a database with a synthetic register already, with KEYS_DIR: measured as it is, and nothing else.
//   BENCH_ONLY          a pattern: only these questions.

const numbers = (name: string, otherwise: string) => (process.env[name] ?? otherwise).split(',').map(Number).filter((one) => one > 0)

/** Measures and answers tables in Markdown. */
export async function benchMinistry(): Promise<string> {
  const ready = process.env['BENCH_DATABASE_URL']
  if (ready) return tableOf(await measure(0, ready, process.env['KEYS_DIR']))
  const tables: string[] = []
  const programs = findPrograms()
  if (programs) {
    const [first] = numbers('BENCH_CERTIFICATES', '20000')
    const growth = numbers('BENCH_GROWTH', '')
    const sets: Dataset[] = []
    for (const certificates of new Set([...growth, ...(first ? [first] : [])])) {
      const cluster = await startCluster(programs, { fsync: true })
      try {
        sets.push(await measure(certificates, cluster.url))
      } finally {
        await cluster.stop()
      }
    }
    const one = sets.find(({ certificates }) => first !== undefined && certificates >= first) ?? sets.at(-1)
    if (one) tables.push(tableOf(one))
    if (sets.length > 1) tables.push(growthOf(sets))
  }
  for (const certificates of numbers('BENCH_EMBEDDED', '2000')) tables.push(tableOf(await measure(certificates)))
  return tables.join('\n')
}

/** One register in a process of its own: environment and keys are read once per process. */
async function measure(certificates: number, url?: string, keys?: string): Promise<Dataset> {
  const folder = mkdtempSync(join(tmpdir(), 'besik-ministry-'))
  try {
    const child = spawn(process.execPath, ['scripts/bench/ministry/dataset.ts'], {
      env: {
        ...process.env, BENCH_CERTIFICATES: String(certificates), DATA_DIR: folder, KEYS_DIR: keys ?? join(folder, 'keys'), DEMO: 'on', PORT: '4371', PACKAGES_AHEAD: 'off', DATABASE_URL: url ?? '', REPORTS_DATABASE_URL: '',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [told, code] = await Promise.all([text(child.stdout), new Promise((resolve) => child.once('exit', resolve))])
    if (code !== 0) throw new Error(`the benchmark of ${certificates} certificates ended with ${code}`)
    return JSON.parse(told) as Dataset
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
