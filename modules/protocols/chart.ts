import type { Age } from './age.ts'
import { type Answer3, compiler, type Node, type Scratch } from './compile.ts'
import { asksOutcomes } from './conditions.ts'
import { compileDose, type Dose, type DosedChild } from './doseOf.ts'
import { compilePlans, type FluidPlan } from './fluidPlan.ts'
import type { Growth, Sex } from './growth.ts'
import type { Protocol } from './readProtocols.ts'
import { type AgeGroup, type Box, type Colour, colours, type Condition, type Disposition, dispositions, type Rule } from './shapes.ts'
import type { Answer, Classification, FollowUp, Incomplete, Ordered, Sign } from './answer.ts'
import { zScore } from './zScore.ts'

/** Findings as they come: yes, no or unknown, an option's id, a number; what is left out is unknown. */
export type Findings = Readonly<Record<string, string | number | undefined>>

type ReadyTreatment = { ordered: Omit<Ordered, 'depends'>; when: Node | null; doses: ((child: DosedChild) => Dose)[]; plan: ((child: DosedChild) => FluidPlan) | null }
type ReadyFollowUp = { followUp: FollowUp; when: Node | null }
type ReadyRule = { rule: Rule; at: number; severity: number; urgency: number; when: Node | null; treatments: ReadyTreatment[]; followUps: ReadyFollowUp[] }
type ReadyBox = { box: Box; applies: Node | null; rules: ReadyRule[] }

const usual: Record<Colour, Disposition> = { pink: 'refer-urgently', yellow: 'treat-at-clinic', green: 'home-care' }

/** The z-score that is computed when nobody gave it, per age group. */
const computed = { child: 'weightForHeightZ', 'young-infant': 'weightForAgeZ' } as const

/**
 * One chart of an edition made ready for one set of switches: data in, a closure out that classifies a child in microseconds.
 * Everything that can be built once is built here; the closure only chooses.
 */
export function compileChart(protocol: Protocol, group: AgeGroup, growth: Growth, switches: Readonly<Record<string, string>>): (findings: Findings, age: Age) => Answer {
  const chart = protocol.charts[group]!
  const findings = protocol.findings.filter((one) => one.for.includes(group))
  const indexOf = new Map(findings.map((one, at) => [one.id, at]))
  const names = new Map(findings.map((one) => [one.id, one.name]))
  const options = findings.map((one) => (one.kind === 'choice' ? new Map(one.options!.map((option, at) => [option.id, at])) : null))
  const rules = chart.boxes.flatMap((box) => box.rules)
  const boxOf = chart.boxes.flatMap((box, index) => box.rules.map(() => index))
  const ruleIndex = new Map(rules.map((rule, at) => [rule.rule, at]))
  const at = (id: string) => indexOf.get(id) ?? -1
  const [monthsAt, daysAt, weightAt, lengthAt, heightAt, zAt] = [at('ageMonths'), at('ageDays'), at('weightKg'), at('lengthCm'), at('heightCm'), at(computed[group])]
  const child: Scratch = { values: new Float64Array(findings.length), facts: new Uint8Array(Object.keys(chart.facts).length), rules: new Uint8Array(rules.length) }
  const entries = new Uint8Array(chart.boxes.length)

  const compile = compiler({
    findings, indexOf, facts: chart.facts, switches, ruleIndex,
    pinkRulesOf: (box) => (chart.boxes.find((one) => one.box === box)?.rules ?? []).filter((rule) => rule.colour === 'pink').map((rule) => ruleIndex.get(rule.rule)!),
    ruleAt: (index) => rules[index]!.rule,
    openBoxOf: (rule, _, out) => openBox(boxOf[rule]!, out),
    openNumber(id, { values }, out) {
      const parts = id === computed[group] ? ['sex', 'weightKg', ...(group === 'child' ? [values[monthsAt]! < 24 ? 'lengthCm' : 'heightCm'] : [])] : []
      const lying = Number.isNaN(values[lengthAt]) && Number.isNaN(values[heightAt])
      const open = parts.filter((part) => Number.isNaN(values[at(part)]) && (lying || !part.endsWith('Cm')))
      // Everything is there and it still can't be computed: the child is outside the tables, and only a given z helps.
      for (const one of open.length > 0 ? open : [id]) out.add(one)
    },
  })
  const optional = (condition: Condition | undefined) => (condition === undefined ? null : compile(condition))
  const plans = protocol.plans ? compilePlans(protocol) : null

  const readyTreatment = ({ treatment, if: condition }: { treatment: string; if?: Condition | undefined }): ReadyTreatment => {
    const { id, text, doses, plan } = protocol.treatments[treatment]!
    return { ordered: { treatment: id, text }, when: optional(condition), doses: doses.map((one) => compileDose(protocol.doses[one]!, protocol.forms, protocol.units)), plan: plan && plans ? plans[plan] : null }
  }
  const readyRule = (rule: Rule): ReadyRule => ({
    rule,
    at: ruleIndex.get(rule.rule)!,
    severity: colours.indexOf(rule.colour),
    urgency: dispositions.indexOf(rule.disposition ?? usual[rule.colour]),
    when: optional(rule.when),
    treatments: rule.treatments.map(readyTreatment),
    followUps: rule.followUp.map(({ days, kind, confidence, if: condition }) => ({ followUp: { rule: rule.rule, days, kind, confidence: confidence ?? rule.confidence }, when: optional(condition) })),
  })
  const boxes: ReadyBox[] = chart.boxes.map((box) => ({ box, applies: optional(box.applies), rules: box.rules.map(readyRule) }))
  // A box that asks for what other boxes found is looked at after them.
  const order = boxes.map((_, index) => index).sort((one, other) => Number(waits(boxes[one]!)) - Number(waits(boxes[other]!)))
  function waits({ box }: ReadyBox) {
    return box.rules.some((rule) => rule.when !== undefined && asksOutcomes(rule.when, chart.facts))
  }
  const routine = chart.routine.map(readyTreatment)
  const advice = (protocol.advice?.returnImmediately ?? []).filter((one) => one.for.includes(group)).map(({ id, text, boxes: only }) => ({ advice: { id, text }, only: only?.map((name) => chart.boxes.findIndex((box) => box.box === name)) }))

  function fill(given: Findings, age: Age) {
    const { values } = child
    values.fill(NaN)
    child.facts.fill(3)
    for (const id in given) {
      const place = indexOf.get(id)
      if (place === undefined) continue
      const value = given[id]
      if (typeof value === 'number') values[place] = value
      else if (value === undefined || value === 'unknown') continue
      else values[place] = options[place]?.get(value) ?? (options[place] ? NaN : value === 'yes' ? 1 : value === 'no' ? 0 : NaN)
    }
    values[monthsAt] = age.months
    values[daysAt] = age.days
    const sex = given['sex']
    if (zAt >= 0 && Number.isNaN(values[zAt]) && (sex === 'F' || sex === 'M') && !Number.isNaN(values[weightAt])) values[zAt] = computedZ(sex, age)
  }

  function computedZ(sex: Sex, age: Age): number {
    const { values } = child
    const weightKg = values[weightAt]!
    if (group === 'young-infant') return zScore({ indicator: 'weight-for-age', sex, weightKg, ageDays: age.days }, growth) ?? NaN
    const [lengthCm, heightCm] = [values[lengthAt]!, values[heightAt]!]
    return zScore({ indicator: 'weight-for-height', sex, weightKg, ageMonths: age.months, ...(Number.isNaN(lengthCm) ? {} : { lengthCm }), ...(Number.isNaN(heightCm) ? {} : { heightCm }) }, growth) ?? NaN
  }

  /** Marks every rule of a box: it is the classification (1), it is not (0), or that depends on what is unknown (2). */
  function decide(index: number) {
    const { applies, rules: own } = boxes[index]!
    const entry: Answer3 = applies ? applies.test(child) : 1
    entries[index] = entry
    let open = entry === 2
    let decided = entry === 0
    for (const { at: place, when } of own) {
      const found = decided ? 0 : when ? when.test(child) : 1
      child.rules[place] = found === 1 && open ? 2 : found
      if (found === 1) decided = true
      else if (found === 2) open = true
    }
  }

  /** The rule that is a box's classification for sure, if there is one. */
  function winnerOf(own: readonly ReadyRule[]): ReadyRule | null {
    for (const rule of own) if (child.rules[rule.at] === 1) return rule
    return null
  }

  function openBox(index: number, out: Set<string>) {
    const { applies, rules: own } = boxes[index]!
    if (applies && applies.test(child) === 2) applies.open(child, out)
    for (const { when } of own) {
      const found = when ? when.test(child) : 1
      if (found === 2) when!.open(child, out)
      if (found === 1) return
    }
  }

  function signsOf(when: Node | null, given: Findings): Sign[] {
    if (!when) return []
    const fired: string[] = []
    when.fired(child, fired)
    return fired.map((id) => {
      if (!id.startsWith('rule:')) return { kind: 'finding', id, name: names.get(id)!, value: given[id] ?? Math.round(child.values[at(id)]! * 100) / 100 }
      const rule = rules[ruleIndex.get(id.slice(5))!]!
      return { kind: 'rule', id: rule.rule, name: rule.name }
    })
  }

  /** What is done: a treatment whose condition is unknown stays, with what it depends on, and without its doses. */
  function carryOut(list: readonly ReadyTreatment[], dosed: DosedChild) {
    const treatments: Ordered[] = []
    const doses: Dose[] = []
    let fluids: FluidPlan | null = null
    for (const { ordered, when, doses: dose, plan } of list) {
      const found = when ? when.test(child) : 1
      if (found === 0) continue
      if (found === 2) {
        treatments.push({ ...ordered, depends: openOf(when!) })
        continue
      }
      treatments.push(ordered)
      for (const one of dose) doses.push(one(dosed))
      if (plan) fluids = plan(dosed)
    }
    return { treatments, doses, fluids }
  }

  const openOf = (node: Node) => {
    const out = new Set<string>()
    node.open(child, out)
    return [...out]
  }

  return (given, age) => {
    fill(given, age)
    for (const index of order) decide(index)
    const weight = child.values[weightAt]!
    const dosed: DosedChild = { weightKg: weight > 0 ? weight : undefined, ageMonths: age.months, ageDays: age.days }
    const classifications: Classification[] = []
    const incomplete: Incomplete[] = []
    const followUps: FollowUp[] = []
    let worst = colours.length - 1
    let perhaps = colours.length - 1
    let disposition = dispositions.length - 1
    let dueIn: number | null = null

    for (let index = 0; index < boxes.length; index++) {
      if (entries[index] === 0) continue
      const { box, rules: own } = boxes[index]!
      const winner = winnerOf(own)
      if (!winner) {
        const left = own.filter(({ at: place }) => child.rules[place] === 2)
        if (left.length === 0) continue
        const missing = new Set<string>()
        openBox(index, missing)
        for (const { severity } of left) perhaps = Math.min(perhaps, severity)
        incomplete.push({ box: box.box, title: box.titles, possible: left.map(({ rule }) => rule.rule), missing: [...missing] })
        continue
      }
      const { rule, severity, urgency } = winner
      const visits: FollowUp[] = []
      for (const { followUp, when } of winner.followUps) {
        const found = when ? when.test(child) : 1
        if (found === 0) continue
        visits.push(found === 1 ? followUp : { ...followUp, depends: openOf(when!) })
        if (found === 1 && followUp.kind === 'definite' && (dueIn === null || followUp.days < dueIn)) dueIn = followUp.days
      }
      for (const visit of visits) followUps.push(visit)
      if (severity < worst) worst = severity
      if (urgency < disposition) disposition = urgency
      const { treatments, doses, fluids } = carryOut(winner.treatments, dosed)
      classifications.push({
        rule: rule.rule, box: box.box, title: box.titles, name: rule.name, colour: rule.colour, signs: signsOf(winner.when, given), treatments, doses, fluids, followUp: visits,
        notes: rule.notes, edition: protocol.id, confidence: rule.confidence,
      })
    }

    const missing = incomplete.length === 0 ? [] : [...new Set(incomplete.flatMap((one) => one.missing))]
    const home = dispositions[disposition] !== 'refer-urgently'
    return {
      edition: protocol.id,
      ageGroup: group,
      complete: incomplete.length === 0,
      overall: { colour: colours[worst]!, disposition: dispositions[disposition]!, certain: perhaps >= worst },
      classifications,
      incomplete,
      missing,
      followUp: { inDays: dueIn, all: followUps },
      returnImmediately: home ? advice.filter(({ only }) => !only || only.some((index) => entries[index] === 1)).map((one) => one.advice) : [],
      routine: routine.length > 0 ? carryOut(routine, dosed).treatments : [],
    }
  }
}
