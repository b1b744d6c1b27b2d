import type { AgeGroup, Confidence, DoseRule, Give, Texts } from './shapes.ts'
import { protocolOf } from './protocolEdition.ts'

/** One way to give a dose: a number or a range, of a unit, in a form. */
export type DoseAmount = { amount: number | [number, number]; unit: string; unitName: Texts; form: Texts; total?: number | undefined }

export type Dose = {
  dose: string
  drug: Texts
  /** What the amount was found by. `nothing`: the same for all. `weight-needed`: weigh the child first. `outside-table`: the chart has no line for this weight or age. */
  by: 'weight' | 'age' | 'nothing' | 'weight-needed' | 'outside-table'
  amounts: DoseAmount[]
  once?: true | undefined
  timesPerDay?: number | undefined
  everyHours?: number | undefined
  days?: number | undefined
  note?: Texts | undefined
  confidence: Confidence
}

/** What a dose is found by. Weight in kg, age in completed months and days. */
export type DosedChild = { weightKg?: number | undefined; ageMonths: number; ageDays: number }

type Within = { from: number; below: number }
const within = ({ from, below }: Within, value: number) => value >= from && value < below
/** A tenth of a milligram is nobody's dose. */
const rounded = (mg: number) => Math.round(mg * 10) / 10

/** A dose rule made ready: everything that doesn't depend on the child is built once. */
export function compileDose(rule: DoseRule, forms: Record<string, Texts>, units: Record<string, Texts>): (child: DosedChild) => Dose {
  const amounts = (give: readonly Give[]): DoseAmount[] =>
    give.map(({ amount, unit, form, total }) => ({ amount, unit, unitName: units[unit]!, form: forms[form]!, ...(total === undefined ? {} : { total }) }))
  const rest = {
    ...(rule.once ? { once: rule.once } : {}),
    ...(rule.timesPerDay === undefined ? {} : { timesPerDay: rule.timesPerDay }),
    ...(rule.everyHours === undefined ? {} : { everyHours: rule.everyHours }),
    ...(rule.days === undefined ? {} : { days: rule.days }),
    ...(rule.note === undefined ? {} : { note: rule.note }),
    confidence: rule.confidence,
  }
  const answer = (by: Dose['by'], given: DoseAmount[] = []): Dose => ({ dose: rule.id, drug: rule.drug, by, amounts: given, ...rest })
  const outside = answer('outside-table')
  const unweighed = answer('weight-needed')

  if (rule.by === 'nothing') {
    const same = answer('nothing', amounts(rule.give))
    return () => same
  }
  if (rule.by === 'age') {
    const bands = rule.bands.map((band) => ({ age: band.ageMonths, dose: answer('age', amounts(band.give)) }))
    return ({ ageMonths }) => bands.find((band) => within(band.age, ageMonths))?.dose ?? outside
  }
  if (rule.by === 'weight-band') {
    const bands = rule.bands.map((band) => ({ weight: band.weight, age: band.ageMonths, byWeight: answer('weight', amounts(band.give)), byAge: answer('age', amounts(band.give)) }))
    const agesKnown = bands.some((band) => band.age)
    return ({ weightKg, ageMonths }) => {
      if (weightKg !== undefined) return bands.find((band) => within(band.weight, weightKg))?.byWeight ?? outside
      return agesKnown ? (bands.find((band) => band.age && within(band.age, ageMonths))?.byAge ?? outside) : unweighed
    }
  }
  const perKg = rule.mgPerKgByAge ?? [{ ageDays: { from: 0, below: Infinity }, mgPerKg: rule.mgPerKg! }]
  const mg = { unit: 'mg', unitName: units['mg']!, form: forms['into-muscle']! }
  return ({ weightKg, ageDays }) => {
    if (weightKg === undefined) return unweighed
    const found = perKg.find((one) => within(one.ageDays, ageDays))
    return found ? { dose: rule.id, drug: rule.drug, by: 'weight', amounts: [{ amount: rounded(found.mgPerKg * weightKg), ...mg }], ...rest } : outside
  }
}

/**
 * One dose of an edition for one child: by weight (kg), or by age (completed months) when the child was not weighed and the chart
 * ties ages to its weights; the answer says which. Never a guess: outside the chart's lines there is no amount.
 */
export function doseOf(edition: string, dose: string, child: { weightKg?: number | undefined; ageMonths?: number | undefined; ageDays?: number | undefined }): Dose {
  const protocol = protocolOf(edition)
  const rule = protocol.doses[dose]
  if (!rule) throw new RangeError(`no dose ${dose} in ${edition}`)
  const ageMonths = child.ageMonths ?? (child.ageDays === undefined ? NaN : Math.floor((child.ageDays + 1) / 30.4375))
  return compileDose(rule, protocol.forms, protocol.units)({ weightKg: child.weightKg, ageMonths, ageDays: child.ageDays ?? Math.ceil(ageMonths * 30.4375) })
}

/** The doses an edition has for an age group, in the order of its file. */
export const dosesOf = (edition: string, ageGroup: AgeGroup): string[] =>
  Object.values(protocolOf(edition).doses).filter((rule) => rule.for.includes(ageGroup)).map((rule) => rule.id)
