import { readdirSync, readFileSync } from 'node:fs'
import type { Raw, Statement } from '#scripts/bench/rawSql.ts'

/** Times of runs in milliseconds; `processor` is what each took of the processors, driver and database together, null where that can't be known. */
export type Timed = { runs: number; p50: number; p95: number; processor: number | null }
/** Rows that the scans of every statement looked at, and rows that came back. */
export type Rows = { statements: number; read: number; returned: number }

const most = { runs: 40, seconds: 6 }
const fewest = 8

/** Does `work` again and again; the first three, of caches that are cold, are not counted. */
export async function time(work: () => Promise<unknown>, spent: () => number | null): Promise<Timed> {
  const began = performance.now()
  for (let n = 0; n < 3; n++) await work()
  const times: number[] = []
  const [before, started] = [spent(), performance.now()]
  while (times.length < most.runs && (times.length < fewest || performance.now() - began < most.seconds * 1000)) {
    const at = performance.now()
    await work()
    times.push(performance.now() - at)
  }
  const after = spent()
  const wall = performance.now() - started
  times.sort((one, other) => one - other)
  const part = (share: number) => times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)]!
  return { runs: times.length, p50: part(0.5), p95: part(0.95), processor: before === null || after === null || wall === 0 ? null : (after - before) / times.length }
}

type Plan = { 'Node Type': string; 'Relation Name'?: string; 'Actual Rows': number; 'Actual Loops': number; 'Rows Removed by Filter'?: number; 'Rows Removed by Index Recheck'?: number; Plans?: Plan[] }

/** Does the statements once more and asks what their plans did. A bitmap of an index is counted where its rows are fetched. */
export async function planOf(raw: Raw, statements: readonly Statement[]): Promise<Rows> {
  const rows: Rows = { statements: 0, read: 0, returned: 0 }
  for (const { text, params } of statements) {
    if (!/^\s*(select|with)\b/i.test(text)) continue
    const [answer] = await raw.run(`explain (analyze, timing off, summary off, format json) ${text}`, params)
    const told = answer!['QUERY PLAN'] as string | { Plan: Plan }[]
    const [{ Plan: plan }] = (typeof told === 'string' ? JSON.parse(told) : told) as [{ Plan: Plan }]
    rows.statements++
    rows.read += readBy(plan)
    rows.returned += plan['Actual Rows'] * plan['Actual Loops']
  }
  return rows
}

function readBy(plan: Plan): number {
  const own = plan['Relation Name'] === undefined ? 0 : plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0)
  return (plan.Plans ?? []).reduce((sum, one) => sum + readBy(one), own * plan['Actual Loops'])
}

/** Milliseconds of processor that this process has had, with a server of the database if it runs here under this number. */
export function processorOf(postmaster: number | null): () => number | null {
  return () => {
    const { user, system } = process.cpuUsage()
    const server = postmaster === null ? 0 : ticksUnder(postmaster)
    return server === null ? null : (user + system) / 1000 + server * 10
  }
}

/** The server, every process of it, and those that have ended, in hundredths of a second. */
function ticksUnder(postmaster: number): number | null {
  try {
    const fieldsOf = (pid: string | number) => {
      const told = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return told.slice(told.lastIndexOf(')') + 2).split(' ').map(Number)
    }
    const [own, ...children] = [fieldsOf(postmaster), ...readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).flatMap((pid) => {
      try {
        const fields = fieldsOf(pid)
        return fields[1] === postmaster ? [fields] : []
      } catch {
        return []
      }
    })]
    return own!.slice(11, 15).reduce((sum, one) => sum + one, 0) + children.reduce((sum, fields) => sum + fields[11]! + fields[12]!, 0)
  } catch {
    return null
  }
}
