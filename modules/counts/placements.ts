import { addDays } from '#modules/words/index.ts'
import { endOfDay } from '#modules/day.ts'

/** A region as the map has it. */
export type Unit = { code: string; validFrom: string; predecessorCode: string | null }
/** Places of the region `code` on the map lay in another one from a moment until another; null where it had no beginning or has no end. */
export type Placement = { code: string; from: Date | null; until: Date | null }

const startOfDay = (day: string) => new Date(endOfDay(addDays(day, -1)).getTime() + 1)

/**
 * Which regions' places ever lay in this one, and when: its own since it was made, and those of its heirs until they were. Pure; the same rule as
 * `present-region` of a cut, which asks it of one day.
 */
export function placementsIn(region: string, units: readonly Unit[]): Placement[] {
  const byCode = new Map(units.map((one) => [one.code, one]))
  return units.flatMap(({ code }): Placement[] => {
    const line = lineOf(code, byCode)
    const at = line.findIndex((one) => one.code === region)
    if (at < 0) return []
    // A place lies in the first of its line that is there already, and before all of them in the oldest.
    const from = at === line.length - 1 ? null : line[at]!.validFrom
    const until = at === 0 ? null : line.slice(0, at).map(({ validFrom }) => validFrom).toSorted()[0]!
    if (from !== null && until !== null && from >= until) return []
    return [{ code, from: from === null ? null : startOfDay(from), until: until === null ? null : startOfDay(until) }]
  })
}

/** A region and those that it came from, the newest first. */
function lineOf(code: string, byCode: ReadonlyMap<string, Unit>): Unit[] {
  const line: Unit[] = []
  for (let one = byCode.get(code); one && !line.includes(one); one = one.predecessorCode === null ? undefined : byCode.get(one.predecessorCode)) line.push(one)
  return line
}
