import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { findPrograms, startCluster } from '#tests/postgres.ts'
import { benchAnswers } from './bench/answers.ts'
import { benchAttempt } from './bench/attempt.ts'
import { benchAttendance } from './bench/attendance.ts'
import { benchClassify } from './bench/classify.ts'
import { benchDrawing } from './bench/drawing.ts'
import { benchDuplicates } from './bench/duplicates.ts'
import { benchEnrolment } from './bench/enrolment.ts'
import { benchFirstView } from './bench/firstView.ts'
import { benchGrading } from './bench/grading.ts'
import { benchLesson } from './bench/lesson.ts'
import { benchLedgerVerifying } from './bench/ledgerVerifying.ts'
import type { Row } from './bench/measure.ts'
import { benchMinistry } from './bench/ministry.ts'
import { benchReport } from './bench/report.ts'
import { benchPackages } from './bench/packages.ts'
import { benchRoster } from './bench/roster.ts'
import { setStage } from './bench/stage.ts'
import { benchProofs, benchVerifyPage } from './bench/verifyPage.ts'
import { build, install } from './prepare.mjs'

// npm run bench [-- --json] [-- --only embedded|postgresql|ministry]: every figure beside its baseline, measured in the same run.
// The ministry's pages are measured on a large register of their own; bench/ministry.ts says how large it may be.

const kinds = ['embedded', 'postgresql'] as const
const json = process.argv.includes('--json')
const only = kinds.find((kind) => process.argv.includes(kind))

async function measure(kind: (typeof kinds)[number]): Promise<Row[]> {
  const programs = findPrograms()
  if (kind === 'postgresql' && !programs) return []
  const cluster = kind === 'postgresql' ? await startCluster(programs!, { fsync: true }) : null
  const stage = await setStage(kind, cluster?.url, 480)
  try {
    const rows = [...(await benchEnrolment(stage)), ...(await benchAttempt(stage)), ...(await benchAnswers(stage)), ...(await benchRoster(stage)), ...(await benchReport(stage))]
    if (kind === 'embedded') rows.push(...(await benchDrawing(stage)), ...(await benchPackages(stage)), ...benchClassify(), ...benchGrading())
    rows.push(...(await benchAttendance(stage)))
    await stage.startServer()
    if (kind === 'embedded') rows.push(...(await benchFirstView(stage)))
    rows.push(...(await benchLesson(stage)), ...(await benchVerifyPage(stage)))
    rows.push(...(await benchLedgerVerifying(stage)), ...(await benchProofs(stage)))
    // Last, for it fills the database with people.
    if (kind === 'postgresql') rows.push(...(await benchDuplicates(stage)))
    return rows
  } finally {
    await stage.end()
    await cluster?.stop()
  }
}

/** Each database in a process of its own: environment and keys are read once per process. */
const apart = (kind: string) =>
  (JSON.parse(execFileSync(process.execPath, ['scripts/bench.ts', '--json', '--only', kind], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as { rows: Row[] }).rows

install()
if (process.argv.includes('ministry')) {
  process.stdout.write(await benchMinistry())
  process.exit()
}
build()
const rows = only ? await measure(only) : kinds.flatMap(apart)
if (json) process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), node: process.version, cores: cpus().length, rows }, null, 2)}\n`)
else console.table(rows.map(({ what, database, measured, baseline, unit, ratio, goal }) => ({ what, database, measured, baseline: baseline ?? '', unit, ratio: ratio ?? '', goal })))
if (!json) process.stdout.write(`\n${await benchMinistry()}`)
if (!json && !findPrograms()) process.stdout.write('PostgreSQL is not installed here: only the embedded database was measured.\n')
