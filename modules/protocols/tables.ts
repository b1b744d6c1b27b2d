import { compileDose, type DoseAmount } from './doseOf.ts'
import { protocolOf, triageEdition } from './protocolEdition.ts'
import type { AgeGroup, Colour, Confidence, DoseRule, PlanId, Plans, Rule, Texts, Triage } from './shapes.ts'

/** One line of a classification table: the printed chart in words. */
export type ClassificationRow = { rule: string; name: Texts; colour: Colour; signs: Texts; action: Texts; treatments: { treatment: string; text: Texts }[]; followUp: Rule['followUp']; notes?: Texts | undefined; confidence: Confidence }

const languages = ['kk', 'ru', 'en'] as const
const inThree = (of: (language: (typeof languages)[number]) => string): Texts => ({ kk: of('kk'), ru: of('ru'), en: of('en') })

const days = { kk: (n: number) => `${n} күннен кейін`, ru: (n: number) => `через ${n} ${n % 10 === 1 && n % 100 !== 11 ? 'день' : [2, 3, 4].includes(n % 10) && ![12, 13, 14].includes(n % 100) ? 'дня' : 'дней'}`, en: (n: number) => `in ${n} day${n === 1 ? '' : 's'}` }
const kinds = {
  definite: { kk: (when: string) => `${when} қайта қаралу`, ru: (when: string) => `повторный визит ${when}`, en: (when: string) => `follow-up ${when}` },
  'if-not-improving': { kk: (when: string) => `жақсармаса, ${when} қайта қаралу`, ru: (when: string) => `повторный визит ${when}, если нет улучшения`, en: (when: string) => `follow-up ${when} if not improving` },
  'if-persists': { kk: (when: string) => `қызба сақталса, ${when} қайта қаралу`, ru: (when: string) => `повторный визит ${when}, если лихорадка сохраняется`, en: (when: string) => `follow-up ${when} if fever persists` },
}

/** Follow-up in words: “follow-up in 3 days”. */
export const followUpWords = ({ days: n, kind }: Pick<Rule['followUp'][number], 'days' | 'kind'>): Texts => inThree((language) => kinds[kind][language](days[language](n)))

const capital = (text: string, language: (typeof languages)[number]) => text.charAt(0).toLocaleUpperCase(language) + text.slice(1)

/** The rows of a box, from the most severe: name, colour, signs and action in words. A box of the child's chart, or of the young infant's when the edition has no other or `ageGroup` says so. */
export function classificationRows(edition: string, box: string, ageGroup?: AgeGroup): ClassificationRow[] {
  const { charts, treatments } = protocolOf(edition)
  const found = (ageGroup ? [charts[ageGroup]] : [charts.child, charts['young-infant']]).map((chart) => chart?.boxes.find((one) => one.box === box)).find((one) => one !== undefined)
  if (!found) throw new RangeError(`no box ${box} in ${edition}`)
  return found.rules.map(({ rule, name, colour, signs, treatments: ordered, followUp, notes, confidence }) => {
    const done = ordered.map(({ treatment }) => ({ treatment, text: treatments[treatment]!.text }))
    const visits = followUp.filter((one) => one.if === undefined).map(followUpWords)
    const action = inThree((language) => capital([...done.map(({ text }) => text[language]), ...visits.map((text) => text[language])].join('; '), language))
    return { rule, name, colour, signs, action, treatments: done, followUp, ...(notes ? { notes } : {}), confidence }
  })
}

/** The boxes of an edition's chart, in order. */
export const boxesOf = (edition: string, ageGroup: AgeGroup): { box: string; title: Texts }[] => (protocolOf(edition).charts[ageGroup]?.boxes ?? []).map(({ box, titles }) => ({ box, title: titles }))

/** A dose as a table: its lines by weight (kg) or age (months, or days for injections of young infants), each with its amounts. */
export type DoseTable = Pick<DoseRule, 'id' | 'drug' | 'by' | 'timesPerDay' | 'everyHours' | 'days' | 'once' | 'note' | 'confidence'> & {
  lines: { weight?: { from: number; below: number } | undefined; ageMonths?: { from: number; below: number } | undefined; ageDays?: { from: number; below: number } | undefined; amounts: DoseAmount[]; mgPerKg?: number | undefined }[]
}

export function doseTable(edition: string, drug: string): DoseTable {
  const protocol = protocolOf(edition)
  const rule = protocol.doses[drug]
  if (!rule) throw new RangeError(`no dose ${drug} in ${edition}`)
  const { id, drug: name, by, timesPerDay, everyHours, days: forDays, once, note, confidence } = rule
  const compiled = compileDose(rule, protocol.forms, protocol.units)
  const lines = (): DoseTable['lines'] => {
    if (rule.by === 'nothing') return [{ amounts: compiled({ ageMonths: 0, ageDays: 0 }).amounts }]
    if (rule.by === 'age') return rule.bands.map(({ ageMonths }) => ({ ageMonths, amounts: compiled({ ageMonths: ageMonths.from, ageDays: 0 }).amounts }))
    if (rule.by === 'weight-band') return rule.bands.map(({ weight, ageMonths }) => ({ weight, ageMonths, amounts: compiled({ weightKg: weight.from, ageMonths: 0, ageDays: 0 }).amounts }))
    return (rule.mgPerKgByAge ?? [{ ageDays: undefined, mgPerKg: rule.mgPerKg }]).map(({ ageDays, mgPerKg }) => ({ ageDays, mgPerKg, amounts: [] }))
  }
  return { id, drug: name, by, timesPerDay, everyHours, days: forDays, once, note, confidence, lines: lines() }
}

/** A fluid plan as it is printed, amounts in ml and ml/kg, times in minutes. */
export function fluidTable<Plan extends PlanId>(edition: string, plan: Plan): Plans[Plan] & { parts: Plans['parts'] } {
  const { plans } = protocolOf(edition)
  if (!plans) throw new RangeError(`${edition} has no fluid plans`)
  return { ...plans[plan], parts: plans.parts }
}

/** The triage card: emergency signs in the order A, B, C, C, D, priority signs, categories with colours and corridors. */
export function triageTable(edition: string = triageEdition): Pick<Triage, 'emergency' | 'priority' | 'categories' | 'oxygen' | 'shock'> {
  const { triage } = protocolOf(edition)
  if (!triage) throw new RangeError(`${edition} has no triage`)
  const { emergency, priority, categories, oxygen, shock } = triage
  return { emergency, priority, categories, oxygen, shock }
}
