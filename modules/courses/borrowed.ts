import { type AgeGroup, classificationRows, doseTable, fastBreathingLimits, fluidTable, type PlanId, triageTable } from '#modules/protocols/index.ts'
import { readBlocks, type UsedBlock } from './blocks.ts'
import type { Term } from './glossary.ts'

/**
 * What a lesson shows that stands in other files, the glossary and the protocols, as text: a lesson's digest holds it, so that an
 * edition knows when a table of its lessons has been changed since. Empty for a lesson that borrows nothing. Names must be known.
 */
export function borrowed(body: string, guideline: string, glossary: Map<string, Term>): string {
  const parts = readBlocks(body).used.map((block) => shownBy(block, guideline, glossary)).filter((part) => part !== undefined)
  return [...new Set(parts.map((part) => `\n${JSON.stringify(part)}`))].sort().join('')
}

function shownBy({ name, attributes }: UsedBlock, guideline: string, glossary: Map<string, Term>): unknown {
  const text = (attribute: string) => String(attributes[attribute] ?? '')
  const edition = text('edition') || guideline
  if (name === 'Term') return glossary.get(text('id'))
  if (name === 'Classification') return classificationRows(edition, text('box'), (attributes['chart'] as AgeGroup | undefined))
  if (name === 'DoseTable') return doseTable(edition, text('drug'))
  if (name === 'PlanCalculator') return fluidTable(edition, text('plan') as PlanId)
  if (name === 'CountingDrill') return fastBreathingLimits(edition)
  if (name === 'TriageCard') return triageTable()
  return undefined
}
