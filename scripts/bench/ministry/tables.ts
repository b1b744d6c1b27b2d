import type { Rows, Timed } from './asking.ts'

/** `failed` says why the product gave no answer; `bare` is the definition in bare SQL, where there is one to compare with. */
export type Answered = { what: string; goal: number | null; ours: Timed | null; failed: string | null; plan: Rows | null; bare: Pick<Timed, 'p50' | 'processor'> | null }
export type Dataset = { database: 'embedded' | 'postgresql'; certificates: number; entries: number; answers: number; seeded: number | null; answered: Answered[] }

const whole = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 0 })
const short = (value: number) => (value >= 100 ? whole(value) : value >= 10 ? value.toFixed(1) : value.toFixed(2))
const lines = (head: readonly string[], body: readonly (readonly string[])[]) =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

export const missed = ({ goal, ours, failed }: Answered) => failed !== null || (goal !== null && ours!.p95 >= goal)

/** Every question on one register, beside its definition in bare SQL. */
export function tableOf({ database, certificates, entries, answers, seeded, answered }: Dataset): string {
  const made = seeded === null ? '' : `, made in ${short(seeded)} s (${whole(certificates / seeded)} certificates a second)`
  const body = answered.map((one) => [
    one.what, one.ours ? short(one.ours.p50) : '–', one.ours ? short(one.ours.p95) : one.failed!, one.ours?.processor == null ? '–' : short(one.ours.processor),
    one.plan ? whole(one.plan.read) : '–', one.plan ? whole(one.plan.returned) : '–', one.plan ? String(one.plan.statements) : '–',
    one.bare ? short(one.bare.p50) : '–', one.bare && one.ours ? short(one.ours.p50 / one.bare.p50) : '–', one.goal === null ? '–' : `< ${one.goal}${missed(one) ? ' ✗' : ''}`,
  ])
  return `${whole(certificates)} certificates, ${whole(answers)} answers, ${whole(entries)} ledger entries on ${database === 'embedded' ? 'the embedded database' : 'PostgreSQL'}${made}; milliseconds:\n\n${
    lines(['What', 'p50', 'p95', 'of processors', 'rows read', 'rows answered', 'statements', 'its definition in bare SQL, p50', 'ratio', 'goal'], body)}\n`
}

/** How each question grows with the register: p95 in milliseconds, and the rows that its scans read. */
export function growthOf(sets: readonly Dataset[]): string {
  const sorted = sets.toSorted((one, other) => one.certificates - other.certificates)
  const body = sorted[0]!.answered.map(({ what }, at) => [what.replace(/^As of [0-9-]+/, 'As of a past day'), ...sorted.map(({ answered }) => {
    const { ours, plan } = answered[at]!
    return ours ? `${short(ours.p95)} (${whole(plan!.read)})` : '–'
  })])
  return `Growth: p95 in milliseconds, and rows read, by the number of certificates:\n\n${lines(['What', ...sorted.map(({ certificates }) => whole(certificates))], body)}\n`
}
