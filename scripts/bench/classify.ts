import { type AgeGroup, classify, generateCase } from '#modules/protocols/index.ts'
import { row, type Row } from './measure.ts'

const charts: [AgeGroup, string][] = [['child', 'who-imci-2014'], ['child', 'who-imci-2014'], ['young-infant', 'who-young-infant-2019']]

/**
 * Children classified a second on one core, with doses and fluids: made-up children of every age and severity, a third of them with one
 * answer missing. Counted by the processor time of the process, so that neighbours on the machine don't count; warm.
 */
export function benchClassify(): Row[] {
  const children = charts.flatMap(([ageGroup, edition], chart) => (['pink', 'yellow', 'green'] as const).flatMap((severity) =>
    Array.from({ length: 300 }, (_, seed) => ({ ...generateCase({ seed: `${chart}-${seed}`, edition, ageGroup, severity }).findings }))))
  for (const [index, child] of children.entries()) if (index % 3 === 0) child[Object.keys(child)[5 + (index % 8)]!] = 'unknown'
  const pass = () => {
    let doses = 0
    for (const child of children) for (const one of classify(child).classifications) doses += one.doses.length
    return doses
  }
  for (let warm = 0; warm < 40; warm++) if (pass() === 0) throw new Error('no doses were computed')
  const started = process.cpuUsage()
  let passes = 0
  let seconds = 0
  while (seconds < 3) {
    pass()
    passes++
    const { user, system } = process.cpuUsage(started)
    seconds = (user + system) / 1e6
  }
  return [row('children classified on one core, with doses', '-', (passes * children.length) / seconds, null, 'children/s', '≥ 100,000')]
}
