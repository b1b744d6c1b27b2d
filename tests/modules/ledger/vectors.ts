import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { system } from '#modules/actor.ts'
import { type Kind, type Line, verifierKey } from '#modules/ledger/index.ts'
import { consistencyRanges, foldPeaks, GrowingTree, inclusionRanges, peaks, type Range } from '#modules/ledger/merkle.ts'
import { signNote } from '#modules/ledger/note.ts'
import { entryBody } from '#modules/ledger/record.ts'
import { rechained } from './ledgers.ts'

const seed = createHash('sha256').update('besik test vectors').digest()
const uuid = '00000000-0000-4000-8000-000000000001'
const hex = (letter: string, length: number) => letter.repeat(length)

const happened: [Kind, unknown][] = [
  ['cohort.enrolled', { cohort: uuid, subject: hex('a', 32), seat: 7 }],
  ['list.exported', { list: 'Тізім «Қызылорда» — ä\n\u0001 "\\/ 😀', rows: 1200, digest: hex('0', 64) }],
  ['certificate.drawn', { certificate: uuid, serial: 'KZ-2027-000001', pdf: hex('b', 64) }],
  ['cohort.withdrawn', { cohort: uuid, subject: hex('a', 32), seat: null }],
  ['person.erased', { subject: hex('c', 32) }],
  ['key.rotated', { purpose: 'checkpoint', ended: hex('d', 16), kid: hex('e', 16) }],
  ['issuing.switched', { stopped: true, reason: hex('f', 64) }],
  ['person.erased', { subject: hex('1', 32) }],
]

/** The examples of the written format: eight entries, notes, proofs and spoilt copies, all from one fixed key. */
export function vectors() {
  const privateKey = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' })
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const spki = der.toString('base64')
  const key = { spki, sign: (message: Uint8Array) => sign(null, message, privateKey) }

  const lines = rechained(happened.map(([kind, facts], index): Line => {
    const at = new Date(Date.UTC(2027, 2, 1, 5, 0, index, index * 111))
    return { seq: index + 1, at: at.toISOString(), kind, body: entryBody(system('vectors'), kind, facts as never, at), prev: '', hash: '' }
  }))
  const hashes = lines.map((line) => Buffer.from(line.hash, 'hex'))
  const treeOver = (from: number, to: number) => {
    const tree = new GrowingTree()
    for (const hash of hashes.slice(from, to)) tree.append(hash)
    return tree.root()
  }
  const rootOf = ([start, end]: Range) => foldPeaks(peaks([start, end]).map(({ level, index }) => treeOver(index * 2 ** level, (index + 1) * 2 ** level))).toString('hex')
  const roots = Array.from({ length: lines.length + 1 }, (_, size) => treeOver(0, size).toString('hex'))
  const text = (all: Line[]) => all.map((line) => JSON.stringify(line))
  const forged = { ...lines[3]!, body: lines[3]!.body.replace('"seat":null', '"seat":3') }
  const rewritten = rechained(lines.with(3, forged))

  return {
    seed: seed.toString('hex'), spki, kid: createHash('sha256').update(der).digest('hex').slice(0, 16), verifier: verifierKey(spki),
    export: text(lines),
    roots,
    checkpoints: [0, 3, 6, 8].map((size) => ({ size, note: signNote(size, Buffer.from(roots[size]!, 'hex'), key) })),
    inclusion: [[0, 1], [0, 8], [2, 3], [4, 7], [6, 7]].map(([position, size]) => ({ position, size, path: inclusionRanges(position!, size!).map(rootOf) })),
    consistency: [[0, 3], [1, 8], [3, 6], [4, 8], [6, 8], [7, 8], [8, 8]].map(([from, to]) => ({ from, to, path: consistencyRanges(from!, to!).map(rootOf) })),
    bad: [
      { what: 'a text was edited', seq: 4, reason: 'hash', checkpoints: [8], export: text(lines.with(3, forged)) },
      { what: 'an entry was deleted', seq: 5, reason: 'missing', checkpoints: [8], export: text(lines.toSpliced(4, 1)) },
      { what: 'an entry was replaced with its right hash', seq: 4, reason: 'replaced', checkpoints: [8], export: text(lines.with(3, rewritten[3]!)) },
      { what: 'everything was rewritten from entry 4 on', seq: 4, reason: 'checkpoint-root', checkpoints: [3, 6, 8], export: text(rewritten) },
      { what: 'the tail was cut off', seq: 7, reason: 'cut', checkpoints: [3, 8], export: text(lines.slice(0, 6)) },
      { what: 'a time was edited beside the text', seq: 2, reason: 'body', checkpoints: [], export: text(lines.with(1, { ...lines[1]!, at: '2027-03-01T05:00:01.112Z' })) },
    ],
  }
}
