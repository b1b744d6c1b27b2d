// npm test: install what is missing, build, then lint, types and every test. Last it names what failed and what was skipped, and counts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { build, install, run } from './prepare.mjs'

install()
const count = { passed: 0, failed: 0, skipped: 0 }
const failed = []
const skipped = []
const tally = (name, ok) => {
  count[ok ? 'passed' : 'failed']++
  if (!ok) failed.push(name)
  console.log(`${ok ? '✓' : '✗'} ${name}`)
}

try {
  build()
  tally('build', true)
} catch {
  tally('build', false)
}
tally('lint', (await run(['node_modules/oxlint/bin/oxlint'])) === 0)
tally('types', (await run(['node_modules/@astrojs/check/bin/astro-check.js', '--minimumSeverity', 'error', '--minimumFailingSeverity', 'error'])) === 0)

const folder = mkdtempSync(join(tmpdir(), 'besik-report-'))
for (const project of ['unit', 'web', 'races', 'browser']) {
  const file = join(folder, `${project}.json`)
  const code = await run(['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/vitest.config.ts', '--project', project, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...process.argv.slice(2)])
  let report
  try {
    report = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    tally(`${project} tests could not run`, false)
    continue
  }
  count.passed += report.numPassedTests
  count.failed += report.numFailedTests
  count.skipped += report.numPendingTests + report.numTodoTests
  // A file that could not even be loaded has no tests to fail.
  if (code !== 0 && report.numFailedTests === 0) tally(`${project} tests could not all be loaded, or left something behind`, false)
  for (const suite of report.testResults) {
    for (const test of suite.assertionResults) {
      const name = `${project}: ${relative(process.cwd(), suite.name)}: ${test.fullName}`
      if (test.status === 'skipped' || test.status === 'pending') skipped.push(name)
      if (test.status === 'failed') failed.push(`${name}\n    ${(test.failureMessages[0] ?? '').split('\n')[0]}`)
    }
  }
}
rmSync(folder, { recursive: true, force: true })

const listed = (names) => names.map((name) => `  ${name}`).join('\n')
if (skipped.length > 0) console.log(`\nSkipped, because what they need is not on this machine (the test's name says what):\n${listed(skipped)}`)
if (failed.length > 0) console.log(`\nFailed:\n${listed(failed)}`)
console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exit(count.failed > 0 ? 1 : 0)
