import { system } from '#modules/actor.ts'
import { keepCheckpoints, recordMany, type Telling, verifyLedger } from '#modules/ledger/index.ts'
import { transact } from '#db/transact.ts'
import { row, type Row } from './measure.ts'
import type { Bench } from './stage.ts'

const wanted = 100_000
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** Entries like those of a register at work: enrolments, attempts, and a certificate for every fourth. */
function telling(n: number): Telling {
  const at = new Date(Date.UTC(2026, 10, 2) + n * 60_000)
  const who = { cohort: uuid(1 + Math.floor(n / 100)), subject: n.toString(16).padStart(32, '0') }
  if (n % 4 === 0) return { kind: 'cohort.enrolled', at, facts: { ...who, seat: n % 25 } }
  if (n % 4 === 1) return { kind: 'attempt.finished', at, facts: { ...who, assessment: uuid(7), attempt: uuid(n), passed: true } }
  if (n % 4 === 2) return { kind: 'certificate.drawn', at, facts: { certificate: uuid(n), serial: `KZ-2026-${String(n).padStart(6, '0')}`, pdf: who.subject.repeat(2) } }
  return {
    kind: 'certificate.issued', at, facts: {
      ...who, certificate: uuid(n), serial: `KZ-2026-${String(n).padStart(6, '0')}`, statement: who.subject.repeat(2), kid: '0'.repeat(16), region: '43', centre: uuid(2), facility: uuid(3), rural: true,
      course: 'imci', edition: uuid(4), guideline: 'imci', profession: 'paediatrician', sex: 'f', language: 'kk', kind: 'non-formal', date: '2026-11-06', counted: '2026-11-06', demonstration: true,
    },
  }
}

/** Seconds to verify a ledger of 100,000 entries with its tree and a signed head. Goal: under two. */
export async function benchLedgerVerifying(stage: Bench): Promise<Row[]> {
  return stage.withDatabase(async ({ db }) => {
    for (let size = await entriesOf(db); size < wanted; size += 10_000) {
      await transact(db, (tx) => recordMany(tx, system('bench'), Array.from({ length: Math.min(10_000, wanted - size) }, (_, index) => telling(size + index))))
    }
    await keepCheckpoints(db)
    const started = performance.now()
    const verdict = await verifyLedger(db)
    const seconds = (performance.now() - started) / 1000
    if (!verdict.ok || verdict.entries < wanted) throw new Error(`the ledger of the benchmark is not right: ${JSON.stringify(verdict)}`)
    return [row(`ledger of ${wanted.toLocaleString('en')} entries verified (seconds)`, stage.kind, seconds, null, 's', '< 2')]
  })
}

const entriesOf = async (db: Parameters<typeof verifyLedger>[0]) => (await verifyLedger(db)).entries
