type Unit = { code: string; predecessorCode: string | null }

/**
 * The regions that a reform made out of this one, near and far (that of 8 June 2022 made Abai, Jetisu and Ulytau). Pure.
 * A place moves only into one of these: where it stands does not change, only what the land around it is called.
 */
export function heirsOf(region: string, units: readonly Unit[]): string[] {
  const heirs: string[] = []
  for (let line = [region]; line.length > 0;) {
    line = units.filter((one) => one.predecessorCode !== null && line.includes(one.predecessorCode) && !heirs.includes(one.code) && one.code !== region).map((one) => one.code)
    heirs.push(...line)
  }
  return heirs
}
