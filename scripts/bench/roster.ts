import Papa from 'papaparse'
import { cohorts } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { previewRoster } from '#modules/rosters/index.ts'
import { multitude } from '#tests/modules/rosters/multitude.ts'
import { row, type Row } from './measure.ts'
import type { Bench } from './stage.ts'

const people = 100_000

/** The preview of a roster of 100,000 people, against only parsing the same file. */
export async function benchRoster(stage: Bench): Promise<Row[]> {
  const bytes = multitude(people)
  const alone = seconds()
  if (Papa.parse(bytes.toString('utf8'), { delimiter: ';' }).data.length <= people) throw new Error('the file was not parsed whole')
  const parsing = alone()
  const previewing = await stage.withDatabase(async ({ db }) => {
    const [cohort] = await db.select({ id: cohorts.id }).from(cohorts).limit(1)
    const spent = seconds()
    const preview = await previewRoster(db, system('bench'), { cohortId: cohort!.id, bytes })
    if (preview.rows.length !== people) throw new Error('the roster was not read whole')
    return spent()
  })
  return [row('preview of a roster of 100,000 people (seconds: less is better) against parsing it alone', stage.kind, previewing, parsing, 's', '≤ 20 s')]
}

function seconds() {
  const started = performance.now()
  return () => (performance.now() - started) / 1000
}
