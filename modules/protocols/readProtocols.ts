import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import type { z } from 'zod'
import { type Cases, casesShape } from './cases.ts'
import { type Growth, readGrowth } from './growth.ts'
import * as shapes from './shapes.ts'
import type { Advice, AgeGroup, Box, Changes, Chart, DoseRule, Finding, Plans, Switch, Texts, Treatment, Triage } from './shapes.ts'

/** One guideline edition with everything it inherits. */
export type Protocol = Omit<z.infer<typeof shapes.editionShape>, 'edition'> & {
  id: string
  groups: { id: string; titles: Texts }[]
  findings: Finding[]
  charts: Partial<Record<AgeGroup, Chart>>
  treatments: Record<string, Treatment>
  doses: Record<string, DoseRule>
  forms: Record<string, Texts>
  units: Record<string, Texts>
  plans: Plans | null
  advice: Advice | null
  triage: Triage | null
}

export type Protocols = { editions: Record<string, Protocol>; growth: Growth; cases: Cases }

/** Something in content/protocols that doesn't fit: file and fields, in English, for the person who edits it. */
export class UnfitProtocol extends Error {}

const defaultFolder = () => resolve('content/protocols')
const kept = new Map<string, Protocols>()

/**
 * Every guideline edition and the growth standards, from content/protocols. Read once per process and folder.
 * Throws `UnfitProtocol` with the file and the fields when something does not fit its shape.
 */
export function readProtocols(contentDir?: string): Protocols {
  const folder = contentDir === undefined ? defaultFolder() : join(contentDir, 'protocols')
  const known = kept.get(folder)
  if (known) return known
  const editions: Record<string, Protocol> = {}
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'edition.yaml'))).sort()
  const read = (name: string): Protocol => (editions[name] ??= readEdition(folder, name, read))
  for (const name of names) read(name)
  const protocols = { editions, growth: readGrowth(join(folder, 'growth')), cases: readYaml(folder, 'cases.yaml', casesShape)! }
  kept.set(folder, protocols)
  return protocols
}

function readEdition(folder: string, name: string, read: (name: string) => Protocol): Protocol {
  const own = join(folder, name)
  const { edition, ...about } = readYaml(own, 'edition.yaml', shapes.editionShape)!
  if (edition !== name) throw new UnfitProtocol(`${name}/edition.yaml: edition: is not the folder's name`)
  const base = about.extends === undefined ? null : read(about.extends)
  const found = readYaml(own, 'findings.yaml', shapes.findingsShape)
  const dosed = readYaml(own, 'doses.yaml', shapes.dosesShape)
  const triage = readYaml(own, 'triage.yaml', shapes.triageShape)
  return {
    ...about,
    id: edition,
    switches: merge<Switch>(base?.switches ?? [], about.switches),
    groups: merge(base?.groups ?? [], found?.groups ?? triage?.groups ?? []),
    findings: merge<Finding>(base?.findings ?? [], found?.findings ?? triage?.findings ?? []),
    charts: readCharts(own, about.covers, base),
    treatments: { ...base?.treatments, ...byId(readYaml(own, 'treatments.yaml', shapes.treatmentsShape)?.treatments ?? []) },
    doses: { ...base?.doses, ...byId(dosed?.doses ?? []) },
    forms: { ...base?.forms, ...dosed?.forms },
    units: { ...base?.units, ...readYaml(folder, 'units.yaml', shapes.unitsShape), ...found?.units, ...triage?.units },
    plans: plansOf(readYaml(own, 'fluids.yaml', shapes.fluidsShape)) ?? base?.plans ?? null,
    advice: readYaml(own, 'advice.yaml', shapes.adviceShape) ?? base?.advice ?? null,
    triage,
  }
}

function readCharts(own: string, covers: readonly string[], base: Protocol | null): Protocol['charts'] {
  const charts: Protocol['charts'] = {}
  for (const group of shapes.ageGroups) {
    if (!covers.includes(group)) continue
    const inherited = base?.charts[group]
    const chart = inherited ? change(inherited, readYaml(own, `${group}.yaml`, shapes.changesShape)) : readYaml(own, `${group}.yaml`, shapes.chartShape)
    if (!chart) throw new UnfitProtocol(`${own}: covers ${group} without ${group}.yaml`)
    charts[group] = chart
  }
  return charts
}

/** The inherited chart with what the later edition says: its facts, and its rules in place of those with the same id. */
function change(chart: Chart, changes: Changes | null): Chart {
  if (!changes) return chart
  return { ...chart, facts: { ...chart.facts, ...changes.facts }, boxes: chart.boxes.map((box) => changeBox(box, changes.boxes.find((one) => one.box === box.box))) }
}

function changeBox(box: Box, changes: Changes['boxes'][number] | undefined): Box {
  const rules = [...box.rules]
  for (const rule of changes?.rules ?? []) {
    const same = rules.findIndex((one) => one.rule === rule.rule)
    const before = rules.findIndex((one) => one.rule === rule.before)
    if (same >= 0) rules[same] = rule
    else rules.splice(before >= 0 ? before : rules.length, 0, rule)
  }
  return { ...box, rules }
}

const byId = <One extends { id: string }>(list: readonly One[]) => Object.fromEntries(list.map((one) => [one.id, one]))

const merge = <One extends { id: string }>(base: readonly One[], own: readonly One[]): One[] => Object.values({ ...byId(base), ...byId(own) })

const plansOf = (fluids: z.infer<typeof shapes.fluidsShape> | null): Plans | null => (fluids ? { A: fluids.plans[0], B: fluids.plans[1], C: fluids.plans[2], parts: fluids.parts } : null)

/** The file in its shape; null when there is none. */
export function readYaml<Shape extends z.ZodType>(folder: string, file: string, shape: Shape): z.infer<Shape> | null {
  const path = join(folder, file)
  if (!existsSync(path)) return null
  const parsed = shape.safeParse(parse(readFileSync(path, 'utf8'), { uniqueKeys: true, strict: true }))
  if (parsed.success) return parsed.data
  throw new UnfitProtocol(`${path}: ${parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`)
}
