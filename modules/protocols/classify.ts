import { Refusal } from '#modules/refusal.ts'
import { ageOf } from './age.ts'
import type { Answer } from './answer.ts'
import { compileChart, type Findings } from './chart.ts'
import { defaultEdition, protocolOf } from './protocolEdition.ts'
import { readProtocols } from './readProtocols.ts'
import type { AgeGroup } from './shapes.ts'

/** National choices (domain of `protocolEdition(id).switches`); what is left out has the edition's default for Kazakhstan. */
export type Switches = Readonly<Record<string, string>>
export type ClassifyOptions = { edition?: string | undefined; switches?: Switches | undefined }

const ready = new Map<string, ReturnType<typeof compileChart>>()

/**
 * The classifications of one sick child: findings in, the set of classifications out, each with the signs that made it so, treatments,
 * doses and fluids for the weight, and follow-up. Ages in completed days or months, weight in kg, lengths in cm, MUAC in mm, temperature
 * in °C, haemoglobin in g/dl. A finding left out is unknown, and unknown is never no: what could change the outcome is in `missing`, and
 * a box that can't be decided is in `incomplete` rather than guessed. Without an edition the latest that covers the age answers.
 * Pure; throws `protocol.edition-unknown`, `protocol.switch-unknown` and the refusals of `ageOf`.
 */
export function classify(findings: Findings, { edition, switches }: ClassifyOptions = {}): Answer {
  const age = ageOf(findings)
  return chartOf(edition ?? defaultEdition[age.group], age.group, switches)(findings, age)
}

function chartOf(edition: string, group: AgeGroup, switches: Switches | undefined) {
  const key = switches ? `${edition} ${group} ${JSON.stringify(Object.entries(switches).sort())}` : `${edition} ${group}`
  const known = ready.get(key)
  if (known) return known
  const protocol = protocolOf(edition)
  if (!protocol.charts[group]) throw new Refusal('protocol.edition-not-for-age', { edition })
  const made = compileChart(protocol, group, readProtocols().growth, switchesOf(edition, switches))
  ready.set(key, made)
  return made
}

/** Every switch of an edition with its value. Throws `protocol.switch-unknown` for a name or value that the edition doesn't have. */
export function switchesOf(edition: string, chosen: Switches = {}): Record<string, string> {
  const { switches } = protocolOf(edition)
  for (const [id, value] of Object.entries(chosen)) {
    if (!switches.find((one) => one.id === id)?.values.includes(value)) throw new Refusal('protocol.switch-unknown', { switch: `${id}=${value}` })
  }
  return Object.fromEntries(switches.map((one) => [one.id, chosen[one.id] ?? one.default]))
}
