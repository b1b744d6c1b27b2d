import * as fc from 'fast-check'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Db } from '#db/client.ts'
import { system } from '#modules/actor.ts'
import { checkpointKeys, exportLedger, type Line, takeCheckpoint, verifierKey, verifyExport } from '#modules/ledger/index.ts'
import { expect, test } from '#tests/database.ts'
import { aLedger, rechained, textOf } from './ledgers.ts'

const actor = system('test')
const verifier = resolve('tests/ledger_verifier.py')
const havePython = spawnSync('python3', ['--version']).status === 0

/** A change to an exported ledger that someone might try; numbers are places in it. */
const tampering = fc.oneof(
  { arbitrary: fc.constant((lines: Line[]) => lines), weight: 1 },
  { weight: 6, arbitrary: fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('delete', 'repeat', 'swap', 'cut', 'body', 'at', 'kind', 'prev', 'hash', 'seq', 'replace', 'rewrite', 'insert', 'renumber')).map(([one, two, how]) => (lines: Line[]) => {
    const [k, m] = [one % lines.length, two % lines.length]
    const line = lines[k]!
    const forged = { ...line, body: line.body.replace('system:test', 'system:tess') }
    const replaced = rechained(lines.with(k, forged))
    switch (how) {
      case 'delete': return lines.toSpliced(k, 1)
      case 'repeat': return lines.toSpliced(m, 0, line)
      case 'swap': return lines.with(k, lines[m]!).with(m, line)
      case 'cut': return lines.slice(0, k)
      case 'body': return lines.with(k, forged)
      case 'at': return lines.with(k, { ...line, at: '2020-01-01T00:00:00.000Z' })
      case 'kind': return lines.with(k, { ...line, kind: line.kind === 'person.erased' ? 'person.merged' : 'person.erased' })
      case 'prev': return lines.with(k, { ...line, prev: 'ab'.repeat(32) })
      case 'hash': return lines.with(k, { ...line, hash: 'ab'.repeat(32) })
      case 'seq': return lines.with(k, { ...line, seq: m + 1 })
      case 'replace': return lines.with(k, replaced[k]!)
      case 'rewrite': return replaced
      case 'insert': return [...lines.slice(0, k), rechained([...lines.slice(0, k), forged]).at(-1)!, ...lines.slice(k).map((one) => ({ ...one, seq: one.seq + 1 }))]
      default: return lines.toSpliced(k, 1).map((one, index) => ({ ...one, seq: index + 1 }))
    }
  }) },
)

async function exported(db: Db): Promise<Line[]> {
  const text = await textOf((await exportLedger(db, actor, {})).lines)
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line))
}

test.skipIf(!havePython)('a verifier written in Python agrees on whole and tampered ledgers (needs python3)', async ({ db }) => {
  const folder = mkdtempSync(join(tmpdir(), 'besik-verifier-'))
  const files: string[] = []
  const notes: string[] = []
  for (const size of [4, 11, 20]) {
    await aLedger(db, size - (notes.length === 0 ? 0 : [0, 4, 11][notes.length]!))
    notes.push((await takeCheckpoint(db, actor, {})).note)
    files.push(join(folder, `${size}.txt`))
    writeFileSync(files.at(-1)!, notes.at(-1)!)
  }
  await aLedger(db, 5)
  const lines = await exported(db)
  const keys = await checkpointKeys(db)

  const runs: { text: string; some: number }[] = fc.sample(fc.tuple(tampering, fc.integer({ min: 0, max: 3 })), 200).map(([tamper, some]) => ({ text: tamper(lines).map((line) => `${JSON.stringify(line)}\n`).join(''), some }))
  const driver = `import sys, json; sys.path.insert(0, ${JSON.stringify(resolve('tests'))}); import ledger_verifier as v
notes = [v.checkpoint(open(f, encoding='utf-8').read(), ${JSON.stringify(verifierKey(keys[0]!.spki))}) for f in ${JSON.stringify(files)}]
for run in json.load(sys.stdin): print(json.dumps(v.verify([l for l in run['text'].split('\\n') if l.strip()], notes[:run['some']])))`
  const python = spawnSync('python3', ['-c', driver], { input: JSON.stringify(runs), encoding: 'utf8' })
  expect(python.stderr).toBe('')
  const verdicts: ([number, string] | null)[] = python.stdout.trim().split('\n').map((line) => JSON.parse(line))
  expect(verdicts).toHaveLength(runs.length)
  for (const [index, { text, some }] of runs.entries()) {
    const { firstBad } = await verifyExport(text.split('\n'), { keys, notes: notes.slice(0, some).map((note) => ({ name: '', note })) })
    expect(verdicts[index], text).toEqual(firstBad ? [firstBad.seq, firstBad.reason] : null)
  }
  expect(verdicts.filter(Boolean).length).toBeGreaterThan(100)
  expect(verdicts.filter((one) => one === null).length).toBeGreaterThan(0)

  const file = join(folder, 'export.jsonl')
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  expect(spawnSync('python3', [verifier, file, '--key', verifierKey(keys[0]!.spki), ...files], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '{"ok": true}\n' })
  writeFileSync(files[1]!, notes[1]!.replace('\n11\n', '\n12\n'))
  expect(spawnSync('python3', [verifier, file, '--key', verifierKey(keys[0]!.spki), ...files], { encoding: 'utf8' })).toMatchObject({ status: 1, stdout: '{"ok": false, "seq": 12, "reason": "checkpoint-signature"}\n' })
  rmSync(folder, { recursive: true })
})
