import { cpus } from 'node:os'
import { build, install } from './prepare.mjs'
import { benchAttempt } from './bench/attempt.ts'
import { benchDrawing } from './bench/drawing.ts'
import { benchEnrolment } from './bench/enrolment.ts'
import { benchFirstView } from './bench/firstView.ts'
import { benchLesson } from './bench/lesson.ts'
import type { Row } from './bench/measure.ts'
import { setStage } from './bench/stage.ts'
import { findPrograms, startCluster } from '#tests/postgres.ts'

// npm run bench [-- --json] [-- --only embedded|postgresql]: every figure beside its baseline, measured in the same run.

install()
build()
const json = process.argv.includes('--json')
const only = process.argv[process.argv.indexOf('--only') + 1]
const rows: Row[] = []
const say = (line: string) => void (json || process.stdout.write(`${line}\n`))

const programs = findPrograms()
const cluster = programs && only !== 'embedded' ? await startCluster(programs, { fsync: true }) : null
if (!programs) say('PostgreSQL is not installed here: only the embedded database is measured.')

for (const kind of ['embedded', 'postgresql'] as const) {
  if ((kind === 'postgresql' && !cluster) || (kind === 'embedded' && only === 'postgresql')) continue
  say(`Measuring on ${kind} …`)
  const stage = await setStage(kind, kind === 'postgresql' ? cluster!.url : undefined, 300)
  try {
    rows.push(...(await benchEnrolment(stage)), ...(await benchAttempt(stage)))
    if (kind === 'embedded') rows.push(...(await benchDrawing(stage)))
    await stage.startServer()
    if (kind === 'embedded') rows.push(...(await benchFirstView(stage)))
    rows.push(...(await benchLesson(stage)))
  } finally {
    await stage.end()
  }
}
await cluster?.stop()

if (json) process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), node: process.version, cores: cpus().length, rows }, null, 2)}\n`)
else console.table(rows.map(({ what, database, measured, baseline, unit, ratio, goal }) => ({ what, database, measured, baseline: baseline ?? '', unit, ratio: ratio ?? '', goal })))
