import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { system } from '#modules/actor.ts'
import { editionsOf } from '#modules/courses/index.ts'
import { buildPackage, forms, makeHere, packageLocales } from '#modules/packages/index.ts'
import { row, type Row } from './measure.ts'
import type { Bench } from './stage.ts'

/**
 * Packages of the largest course made in a minute of processor time, in every form and language, each written twice and held to its
 * import check as a college gets it. Beside them a piece of work that never changes: a slower machine slows both, and their ratio stays.
 */
export const benchPackages = (stage: Bench): Promise<Row[]> =>
  stage.withDatabase(async ({ db }) => {
    // The first is content/ as it stands; other benchmarks have made some without texts.
    const edition = (await editionsOf(db, 'imci')).find(({ number }) => number === 1)
    const make = makeHere()
    const block = randomBytes(1_000_000)
    let [making, controlling, made, controls] = [0, 0, 0, 0]
    for (const locale of packageLocales) {
      for (const { format } of forms) {
        let started = spent()
        await buildPackage(db, system('bench'), { editionId: edition!.id, locale, format }, make)
        making += spent() - started
        made++
        started = spent()
        for (let piece = 0; piece < 10; piece++) deflateRawSync(block, { level: 9 })
        controlling += spent() - started
        controls += 10
      }
    }
    return [row('packages of a course made on one core, against megabytes deflated', '-', made / (making / 60_000), controls / (controlling / 60_000), 'a minute', '30/min')]
  })

/** Milliseconds of processor time of this process, those of its garbage collector too. */
function spent(): number {
  const { user, system: kernel } = process.cpuUsage()
  return (user + kernel) / 1000
}
