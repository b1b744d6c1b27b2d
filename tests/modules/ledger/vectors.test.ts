import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { continues, isSigned, readNote, rootOfPath, verifyExport } from '#modules/ledger/index.ts'
import { vectors } from './vectors.ts'

const file = 'modules/ledger/vectors.json'
const kept = JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof vectors>
const havePython = spawnSync('python3', ['--version']).status === 0
const bytes = (path: readonly string[]) => path.map((hash) => Buffer.from(hash, 'hex'))

describe('the examples of the written format', () => {
  test('are what this program writes, byte for byte: the format has not moved', () => {
    expect(kept).toEqual(vectors())
  })

  test('hold for our own verifier', async () => {
    const keys = [{ spki: kept.spki, compromisedSince: null }]
    const notes = kept.checkpoints.map(({ size, note }) => ({ name: `${size}`, note }))
    expect(notes.every(({ note }) => isSigned(readNote(note), [kept.spki]))).toBe(true)
    expect(await verifyExport(kept.export, { keys, notes })).toMatchObject({ ok: true, entries: 8, covered: 8, checkpoints: 4, root: kept.roots[8] })
    const entryHash = (position: number) => Buffer.from(JSON.parse(kept.export[position]!).hash, 'hex')
    for (const { position, size, path } of kept.inclusion) expect(rootOfPath(entryHash(position!), position!, size!, bytes(path))?.toString('hex')).toBe(kept.roots[size!])
    const head = (size: number) => ({ size, root: Buffer.from(kept.roots[size]!, 'hex') })
    for (const { from, to, path } of kept.consistency) expect(continues(head(from!), head(to!), bytes(path))).toBe(true)
  })

  test.for(kept.bad)('that are spoilt are named: $what', async ({ seq, reason, checkpoints, export: lines }) => {
    const notes = kept.checkpoints.filter(({ size }) => checkpoints.includes(size)).map(({ size, note }) => ({ name: `${size}`, note }))
    expect((await verifyExport(lines, { keys: [{ spki: kept.spki, compromisedSince: null }], notes })).firstBad).toMatchObject({ seq, reason })
  })

  test.skipIf(!havePython)('hold for the verifier written in Python, and it sees when one doesn’t (needs python3)', () => {
    const ask = (input: string) => spawnSync('python3', ['tests/ledger_verifier.py', '--vectors', input], { encoding: 'utf8' })
    expect(ask(file)).toMatchObject({ status: 0, stdout: '{"ok": true}\n' })
    const other = { ...kept, roots: kept.roots.with(6, '00'.repeat(32)) }
    const folder = mkdtempSync(join(tmpdir(), 'besik-vectors-'))
    writeFileSync(join(folder, 'spoilt.json'), JSON.stringify(other))
    const spoilt = ask(join(folder, 'spoilt.json'))
    rmSync(folder, { recursive: true })
    expect([spoilt.status, JSON.parse(spoilt.stdout).wrong]).toEqual([1, ['export', 'checkpoint 6', 'consistency 3 6', 'consistency 6 8']])
  })
})
