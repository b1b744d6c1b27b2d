import { compileDose, type Dose, type DosedChild } from './doseOf.ts'
import { protocolOf } from './protocolEdition.ts'
import type { Protocol } from './readProtocols.ts'
import type { Confidence, FluidPartId, PlanId, Texts } from './shapes.ts'

/** One amount of a plan: ml, or a range of ml; over how many minutes; `perHour` when it is repeated every hour. */
export type FluidPart = { part: FluidPartId; name: Texts; ml: number | [number, number]; minutes?: number; perHour?: true; confidence: Confidence }

export type FluidPlan = {
  plan: PlanId
  title: Texts
  /** `weight-needed`: plan C can't be computed without a weight. */
  by: 'weight' | 'age' | 'weight-needed'
  parts: FluidPart[]
  /** Packets of ORS given to take home, or null. */
  packets: number | null
  /** Zinc by age; null when the plan or the age has none. */
  zinc: Dose | null
  /** When everything is assessed again, minutes from the start; null when the plan doesn't say. */
  reassessMinutes: number | null
  rules: Texts[]
  confidence: Confidence
}

const whole = (ml: number) => Math.round(ml)
const within = ({ from, below }: { from: number; below: number }, value: number) => value >= from && value < below

/** The three plans of an edition made ready. Ages are completed months, weights kg, amounts ml. */
export function compilePlans(protocol: Protocol): Record<PlanId, (child: DosedChild) => FluidPlan> {
  const { A, B, C, parts } = protocol.plans!
  const zincRule = compileDose(protocol.doses[A.zinc]!, protocol.forms, protocol.units)
  const zinc = (child: DosedChild) => {
    const dose = zincRule(child)
    return dose.by === 'outside-table' ? null : dose
  }
  const part = (id: FluidPartId, ml: FluidPart['ml'], confidence: Confidence, minutes?: number): FluidPart => ({ part: id, name: parts[id], ml, ...(minutes === undefined ? {} : { minutes }), confidence })
  const stool = A.afterEachLooseStool.map((band) => ({ age: band.ageMonths, parts: [part('after-each-loose-stool', band.ml, A.confidence)] }))

  const planA = (child: DosedChild): FluidPlan => ({
    plan: 'A', title: A.titles, by: 'age', parts: stool.find(({ age }) => within(age, child.ageMonths))?.parts ?? [],
    packets: A.packets, zinc: zinc(child), reassessMinutes: null, rules: A.rules, confidence: A.confidence,
  })

  const planB = (child: DosedChild): FluidPlan => {
    const { weightKg, ageMonths } = child
    const printed = weightKg === undefined ? B.byAge.find((band) => within(band.ageMonths, ageMonths)) : undefined
    const ors = weightKg === undefined ? printed && part('ors', printed.printed, B.byAgeConfidence, B.minutes) : part('ors', whole(B.mlPerKg * weightKg), B.confidence, B.minutes)
    return {
      plan: 'B', title: B.titles, by: weightKg === undefined ? 'age' : 'weight',
      parts: [...(ors ? [ors] : []), ...(ageMonths < 6 ? [part('water', B.waterUnder6MonthsNotBreastfed, B.confidence, B.minutes)] : [])],
      packets: B.packets, zinc: zinc(child), reassessMinutes: B.minutes, rules: B.rules, confidence: B.confidence,
    }
  }

  const planC = ({ weightKg, ageMonths }: DosedChild): FluidPlan => {
    const step = C.steps.find((one) => within(one.ageMonths, ageMonths))
    const kg = weightKg
    return {
      plan: 'C', title: C.titles, by: kg === undefined ? 'weight-needed' : 'weight',
      parts: !step || kg === undefined ? [] : [
        part('first', whole(step.first.mlPerKg * kg), C.confidence, step.first.minutes),
        part('then', whole(step.then.mlPerKg * kg), C.confidence, step.then.minutes),
        { ...part('ors-per-hour', whole(C.orsAsSoonAsDrinks.mlPerKgPerHour * kg), C.confidence), perHour: true },
        { ...part('tube-per-hour', whole(C.nasogastric.mlPerKgPerHour * kg), C.nasogastric.confidence, C.nasogastric.hours * 60), perHour: true },
      ],
      packets: null, zinc: null, reassessMinutes: step?.reassessMinutes ?? null, rules: C.rules, confidence: C.confidence,
    }
  }
  return { A: planA, B: planB, C: planC }
}

const compiled = new WeakMap<Protocol, ReturnType<typeof compilePlans>>()

/**
 * Plan A, B or C of an edition for one child: weight in kg, age in completed months; amounts in ml, times in minutes.
 * Plan B is 75 ml/kg over 4 hours, by the age table only when the weight is unknown; plan C is 100 ml/kg in two parts and needs the weight.
 */
export function fluidPlan(edition: string, plan: PlanId, child: { weightKg?: number | undefined; ageMonths: number }): FluidPlan {
  const protocol = protocolOf(edition)
  if (!protocol.plans) throw new RangeError(`${edition} has no fluid plans`)
  const plans = compiled.get(protocol) ?? compilePlans(protocol)
  compiled.set(protocol, plans)
  return plans[plan]({ ...child, ageDays: Math.ceil(child.ageMonths * 30.4375) })
}
