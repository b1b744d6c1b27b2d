import type { Answer } from './answer.ts'
import type { Findings } from './chart.ts'
import type { Cases, Drawn } from './cases.ts'
import { classify } from './classify.ts'
import type { Growth, Sex } from './growth.ts'
import { protocolOf } from './protocolEdition.ts'
import { readProtocols } from './readProtocols.ts'
import type { AgeGroup, Colour, Texts } from './shapes.ts'
import { tellCase } from './tellCase.ts'
import { lmsAt, weightAt, zScore } from './zScore.ts'

export type Case = { findings: Findings; vignette: Texts; answer: Answer }
export type CaseWish = { seed: string | number; edition: string; ageGroup: AgeGroup; severity: Colour }

/** Numbers from 0 up to 1, the same for the same seed (mulberry32 over FNV-1a). */
function randomFrom(seed: string): () => number {
  let state = 0x811c9dc5
  for (const byte of Buffer.from(seed)) state = Math.imul(state ^ byte, 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

type Random = ReturnType<typeof randomFrom>
const between = (random: Random, from: number, to: number) => from + random() * (to - from)
const whole = (random: Random, from: number, to: number) => from + Math.floor(random() * (to - from + 1))
const oneOf = <One>(random: Random, list: readonly One[]): One => list[Math.floor(random() * list.length)]!

/**
 * A made-up sick child: findings that fit together, and the story in three languages, from names and phrases in cases.yaml. The same
 * wish gives the same child. The severity is the overall colour that `classify` gives for the edition; every box is decided.
 */
export function generateCase({ seed, edition, ageGroup, severity }: CaseWish): Case {
  const random = randomFrom(`${seed}|${edition}|${ageGroup}|${severity}`)
  const { growth, cases } = readProtocols()
  for (let attempt = 0; attempt < 500; attempt++) {
    const drawn = draw(random, cases, growth, ageGroup, severity)
    const answer = classify(drawn.findings, { edition })
    if (answer.complete && answer.overall.colour === severity) return { findings: drawn.findings, vignette: tellCase(cases, protocolOf(edition), ageGroup, drawn), answer }
  }
  throw new Error(`no ${severity} ${ageGroup} was found for ${edition} in 500 attempts`)
}

function draw(random: Random, cases: Cases, growth: Growth, ageGroup: AgeGroup, severity: Colour) {
  const { sex, name } = oneOf(random, cases.names)
  const young = ageGroup === 'young-infant'
  const age = random() < 0.4 ? oneOf(random, cases.ages[ageGroup]) : young ? whole(random, 0, 59) : whole(random, 2, 59)
  const fitting = cases.presentations.filter((one) => one.for.includes(ageGroup))
  const main = oneOf(random, fitting.filter((one) => one.colour === severity))
  // A second, milder story beside the first makes the set of classifications worth finding.
  const beside = random() < 0.45 ? oneOf(random, fitting.filter((one) => one.colour === (severity === 'pink' && random() < 0.5 ? 'yellow' : 'green'))) : null

  const limit = young ? 60 : age < 12 ? 50 : 40
  const findings: Record<string, string | number> = { ...(young ? { ageDays: age } : { ageMonths: age }), sex }
  for (const story of [{ set: cases.base[ageGroup] }, ...(beside ? [beside] : []), main]) for (const [id, value] of Object.entries(story.set)) findings[id] = settle(random, value, limit)
  for (const id of main.oneYes ? pick(random, main.oneYes) : []) findings[id] = 'yes'
  if (findings['notAbleToDrink'] === 'yes') findings['drinking'] = 'poorly'
  measure(random, growth, findings, ageGroup, age, sex, main.z ?? beside?.z ?? [-1, 1.2])
  for (const { if: gate, asks } of cases.gates) if (findings[gate] !== 'yes') for (const id of asks) delete findings[id]
  if (!young && age < 6) delete findings['muacMm']
  else delete findings['breastfeedingProblem']
  return { findings: findings as Findings, name, sex, age, place: oneOf(random, cases.places) }
}

const pick = (random: Random, list: readonly string[]) => [...new Set([oneOf(random, list), ...(random() < 0.3 ? [oneOf(random, list)] : [])])]

function settle(random: Random, value: Drawn, limit: number): string | number {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return oneOf(random, value)
  if ('belowLimit' in value) return limit - whole(random, ...value.belowLimit)
  if ('fromLimit' in value) return limit + whole(random, ...value.fromLimit)
  return Number.isInteger(value.from) && Number.isInteger(value.to) && value.to - value.from >= 3 ? whole(random, value.from, value.to) : Math.round(between(random, value.from, value.to) * 10) / 10
}

/** A weight that fits the age, and for a child the length or height at which that weight has the z-score of the story. */
function measure(random: Random, growth: Growth, findings: Record<string, string | number>, ageGroup: AgeGroup, age: number, sex: Sex, z: readonly [number, number]) {
  const days = ageGroup === 'young-infant' ? age : Math.round((age + 0.5) * 30.4375)
  const weightKg = Math.round(weightAt(lmsAt(growth, 'weight-for-age', sex, days)!, between(random, -1.3, 1.3)) * 10) / 10
  findings['weightKg'] = weightKg
  if (ageGroup === 'young-infant') return
  const goal = between(random, ...z)
  const [field, from, to] = age < 24 ? (['lengthCm', 45, 110] as const) : (['heightCm', 65, 120] as const)
  let [low, high] = [from as number, to as number]
  // The z-score of one weight falls as the child gets longer.
  while (high - low > 0.15) {
    const middle = (low + high) / 2
    const found = zScore({ indicator: 'weight-for-height', sex, weightKg, ageMonths: age, [field]: middle }, growth)!
    if (found > goal) low = middle
    else high = middle
  }
  findings[field] = Math.round(((low + high) / 2) * 10) / 10
}
