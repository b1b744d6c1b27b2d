import { type FindingField, type FindingGroup, type Findings, findingsOf } from '#modules/protocols/index.ts'
import type { Key } from '#modules/words/index.ts'

/** The practice pages, by what they ask: the two charts, and triage. */
export const practiceCharts = ['child', 'young-infant', 'triage'] as const
export type PracticeChart = (typeof practiceCharts)[number]

/**
 * What a practice page asks when a chart is read by these editions: every group and every finding of a group once, in the
 * order in which the editions first ask for them. What several editions ask for is worded, and bounded, as in the last of them.
 */
export function groupsOf(editions: readonly string[], chart: PracticeChart): FindingGroup[] {
  const byGroup = Map.groupBy(editions.flatMap((edition) => findingsOf(edition, chart)), (one) => one.group)
  return [...byGroup.values()].map((same) => ({
    ...same.at(-1)!,
    findings: [...new Map(same.flatMap((one) => one.findings).map((field) => [field.id, field])).values()],
  }))
}

/** What somebody picked on a practice page; a finding that was not picked, or that nobody understands, stays unknown. */
export type Picked = { findings: Findings; problems: Record<string, Extract<Key, `field.${string}`>> }

/** Reads findings from the address of a page. Nothing is kept: the address is all there is. */
export function readFindings(params: URLSearchParams, groups: readonly FindingGroup[]): Picked {
  const findings: Record<string, string | number> = {}
  const problems: Picked['problems'] = {}
  for (const field of groups.flatMap((group) => group.findings)) {
    const text = params.get(field.id)?.trim() ?? ''
    if (text === '') continue
    const value = valueOf(field, text)
    if (value === undefined) problems[field.id] = field.kind === 'number' ? 'field.invalid_number' : 'field.invalid_value'
    else if (typeof value === 'number' && (value < field.range![0] || value > field.range![1])) problems[field.id] = value < field.range![0] ? 'field.too_small' : 'field.too_big'
    else findings[field.id] = value
  }
  return { findings, problems }
}

function valueOf(field: FindingField, text: string): string | number | undefined {
  if (field.kind === 'yes-no') return text === 'yes' || text === 'no' ? text : undefined
  if (field.kind === 'choice') return field.options!.some((option) => option.id === text) ? text : undefined
  const value = Number(text.replace(',', '.'))
  return /^\d{1,6}([.,]\d{1,3})?$/.test(text) ? value : undefined
}

/** The address that shows these findings. */
export const addressOf = (path: string, findings: Findings, more: Record<string, string> = {}) =>
  `${path}?${new URLSearchParams({ ...more, ...Object.fromEntries(Object.entries(findings).map(([id, value]) => [id, String(value)])) })}`
