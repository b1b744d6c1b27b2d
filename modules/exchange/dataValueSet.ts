import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { countCertificates, countRegions, none, type Row } from '#modules/counts/index.ts'
import { regions } from '#modules/places/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { elementOfCourse, elements, monthly } from './mappable.ts'
import { type Mapping, mappings } from './mappings.ts'
import { mayTakeOut } from './policy.ts'

export const dataValueSetInput = z.object({
  /** YYYYMM, as DHIS2 writes a month. */
  period: z.string().regex(/^20[0-9]{2}(0[1-9]|1[0-2])$/),
  /** Refuses rather than leave out what has no identifier. */
  complete: z.boolean().default(false),
})

/** The names are those of DHIS2's own interchange format; values are texts there. */
export type DataValue = { dataElement: string; period: string; orgUnit: string; categoryOptionCombo?: string; value: string; comment?: string }
export type DataValueSet = {
  dataSet?: string
  /** The day on which the month ended; absent while it runs. */
  completeDate?: string
  period: string
  dataValues: DataValue[]
}

/** First and last day of a period. */
function daysOf(period: string): { from: string; to: string } {
  const [year, month] = [Number(period.slice(0, 4)), Number(period.slice(4))]
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  return { from: day(Date.UTC(year, month - 1, 1)), to: day(Date.UTC(year, month, 0)) }
}

/**
 * What a DHIS2 server imports of a month, region by region: certificates counted in it (whole, by course and by profession), people
 * certified in it, and certificates valid at its end; zeros are said too. As of the end of the month, or of now while it runs. `unmapped`
 * names what has no identifier and so is not in it. For auditors and the system. Refuses a month that has not begun
 * (`exchange.period-ahead`) and, when all is wanted, `exchange.unmapped` {names}.
 */
export async function dataValueSet(db: Db, actor: Actor, input: z.input<typeof dataValueSetInput>, now = new Date()): Promise<{ set: DataValueSet; unmapped: string[]; asOf: Date }> {
  const { period, complete } = dataValueSetInput.parse(input)

  permit(mayTakeOut(actor))

  const { from, to } = daysOf(period)
  const today = dayOf(now, 'Asia/Almaty')
  if (from > today) throw new Refusal('exchange.period-ahead')
  const known = await mappings(db, actor)
  const there = (await regions(db)).filter(({ validFrom, validUntil }) => validFrom <= to && (validUntil === null || validUntil > from)).map(({ code }) => code)
  const { wanted, unmapped } = chosen(known, there)
  if (complete && unmapped.length > 0) throw new Refusal('exchange.unmapped', { names: unmapped.join(', ') })

  const asOf = to < today ? to : now.toISOString()
  const values: DataValue[] = []
  // However many regions and courses there are, each figure is one query.
  const { rows: cells, demonstration, asOf: moment } = await countCertificates(db, actor, { from, to, asOf, by: ['region', 'course', 'profession'] })
  const people = await countRegions(db, actor, { figure: 'people', from, to, asOf })
  const valid = await countRegions(db, actor, { figure: 'valid', asOf })
  const counted = (fits: (cell: Row) => boolean) => cells.filter(fits).reduce((sum, { count }) => sum + count, 0)
  const say = (element: string, orgUnit: string, value: number, combo?: string) =>
    values.push({ dataElement: element, period, orgUnit, ...(combo === undefined ? {} : { categoryOptionCombo: combo }), value: String(value), ...(demonstration ? { comment: 'demonstration' } : {}) })

  for (const [region, unit] of wanted.units) {
    for (const [name, element] of wanted.elements) {
      if (name === elements.certificates) say(element, unit, counted((cell) => cell.region === region))
      else if (name === elements.people) say(element, unit, people.get(region) ?? 0)
      else if (name === elements.valid) say(element, unit, valid.get(region) ?? 0)
      else if (name === elements.byProfession) for (const [profession, combo] of wanted.combos) say(element, unit, counted((cell) => cell.region === region && (cell.profession ?? none) === profession), combo)
      else say(element, unit, counted((cell) => cell.region === region && elementOfCourse(cell.course!) === name))
    }
  }
  return { set: { ...(wanted.set === undefined ? {} : { dataSet: wanted.set }), ...(to < today ? { completeDate: to } : {}), period, dataValues: values }, unmapped, asOf: moment }
}

/** What is mapped, and the names of what would have to be. Combinations are asked for only where something is divided by them. */
function chosen(known: readonly Mapping[], there: readonly string[]) {
  const of = (kind: Mapping['kind']) => known.filter((one) => one.kind === kind)
  const mapped = (among: readonly Mapping[]) => among.flatMap(({ ours, uid }): [string, string][] => (uid === null ? [] : [[ours, uid]]))
  const units = of('organisation-unit').filter(({ ours }) => there.includes(ours))
  const divided = of('data-element').some(({ ours, uid }) => ours === elements.byProfession && uid !== null)
  const combos = divided ? of('category-option-combo') : []
  const unmapped = [...of('data-element'), ...units, ...combos].flatMap(({ ours, uid }) => (uid === null ? [ours] : []))
  return { wanted: { set: of('data-set').find(({ ours }) => ours === monthly)?.uid ?? undefined, elements: mapped(of('data-element')), units: mapped(units), combos: mapped(combos) }, unmapped }
}
