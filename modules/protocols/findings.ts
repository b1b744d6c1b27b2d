import { z } from 'zod'
import { switchesOf, type Switches } from './classify.ts'
import { everyPart } from './conditions.ts'
import { protocolOf } from './protocolEdition.ts'
import { readProtocols } from './readProtocols.ts'
import type { AgeGroup, Condition, Finding, Texts } from './shapes.ts'

export type FindingField = Pick<Finding, 'id' | 'kind' | 'name' | 'question' | 'unit' | 'range' | 'step' | 'options'> & { unitName?: Texts | undefined; needs?: Condition | undefined }
export type FindingGroup = { group: string; title: Texts; findings: FindingField[] }

/**
 * What a form asks, grouped and in order, for an age group of an edition (`triage`: of the triage edition). Questions that a switch
 * makes useless are left out; what else a question needs (an age) stays in `needs`.
 */
export function findingsOf(edition: string, ageGroup: AgeGroup | 'triage', switches?: Switches): FindingGroup[] {
  const protocol = protocolOf(edition)
  const set = switchesOf(edition, switches)
  const asked = protocol.findings.filter((one) => (ageGroup === 'triage' || one.for.includes(ageGroup)) && switchesAllow(one.needs, set))
  return protocol.groups.flatMap(({ id, titles }) => {
    const findings = asked.filter((one) => one.group === id).map(({ group: _, for: __, ...field }): FindingField => ({ ...field, ...(field.unit ? { unitName: protocol.units[field.unit] } : {}) }))
    return findings.length === 0 ? [] : [{ group: id, title: titles, findings }]
  })
}

const switchesAllow = (needs: Condition | undefined, set: Record<string, string>) =>
  needs === undefined || everyPart(needs, {}).every((part) => typeof part === 'string' || !('switch' in part) || set[part.switch] === part.is)

const fieldShape = (finding: Finding): z.ZodType =>
  (finding.kind === 'yes-no' ? z.enum(['yes', 'no', 'unknown'])
  : finding.kind === 'choice' ? z.enum(['unknown', ...finding.options!.map((option) => option.id)])
  : z.number().min(finding.range![0]).max(finding.range![1])).describe(`${finding.question.en}${finding.unit ? ` [${finding.unit}]` : ''}`)

const shapes = new Map<string, z.ZodType<Record<string, string | number>>>()

/** The shape of findings as people and machines send them: every finding of the IMCI editions (or of one edition), each optional; nothing else. */
export function findingsShape(edition?: string): z.ZodType<Record<string, string | number>> {
  const known = shapes.get(edition ?? '')
  if (known) return known
  const editions = edition === undefined ? Object.values(readProtocols().editions).filter((one) => Object.keys(one.charts).length > 0) : [protocolOf(edition)]
  const fields = Object.fromEntries(editions.flatMap((one) => one.findings).map((finding) => [finding.id, fieldShape(finding).optional()]))
  const shape = z.strictObject(fields) as unknown as z.ZodType<Record<string, string | number>>
  shapes.set(edition ?? '', shape)
  return shape
}
