// npm run torture: the long forms of the crash, race, tamper and flip tests, up to an hour; ends with a figure a line.
// `npm run torture -- tests/races/issuing` runs one of them. SEED=… repeats a run whose seed was printed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, install, run } from './prepare.mjs'

/** Each form: what it is, its project, and the files by a part of their paths. */
const forms = [
  ['races and kills on PostgreSQL', 'races', ['tests/races']],
  ['tampering with the ledger', 'unit', ['tests/modules/ledger']],
  ['seats against their model', 'unit', ['tests/modules/cohorts']],
  ['joining and parting records', 'unit', ['mergeHistories']],
  ['1,200 certificates in one run', 'unit', ['certificates/bulk']],
  ['flipped bytes of PDFs, credentials and lists', 'unit', ['certificates/flips', 'certificates/credential', 'certificates/statusList', 'certificates/checkFile', 'certificates/verifyOffline']],
]
const wanted = process.argv.slice(2)

install()
build()
const folder = mkdtempSync(join(tmpdir(), 'besik-torture-'))
const lines = []
let failed = 0
for (const [index, [name, project, files]] of forms.entries()) {
  const chosen = wanted.length === 0 ? files : wanted.filter((path) => files.some((file) => path.includes(file)))
  if (chosen.length === 0) continue
  console.log(`\n== ${name}`)
  const report = join(folder, `${index}.json`)
  const code = await run(['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/vitest.config.ts', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...chosen], { env: { TORTURE: '1' } })
  if (code !== 0) failed++
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
    for (const suite of testResults) for (const test of suite.assertionResults) lines.push(`${{ passed: '✓', failed: '✗' }[test.status] ?? '-'} ${((test.duration ?? 0) / 1000).toFixed(1).padStart(7)} s  ${test.fullName.trim()}`)
  } catch {
    lines.push(`✗ ${name} could not run`)
  }
}
rmSync(folder, { recursive: true, force: true })
console.log(`\n${lines.join('\n')}\n\n${failed === 0 ? 'Everything held.' : `${failed} of the forms failed.`}`)
process.exit(failed > 0 ? 1 : 0)
