import { createHash } from 'node:crypto'
import { certificates, revocations, serials, statements } from '#db/schema/index.ts'
import { dimensionsOf, holderOf, type IssuingCohort, lastDay, newCode, readStatement, signStatement, taughtBy, toldOf } from '#modules/certificates/index.ts'
import { keyInUse, subjectOf } from '#modules/keys/index.ts'
import type { Telling } from '#modules/ledger/index.ts'
import type { Holder } from './people.ts'
import { fateOf, later, momentOf } from './plan.ts'
import type { Desk } from './desk.ts'
import { seededBytes, seededId } from './seeded.ts'

type Row = typeof certificates.$inferInsert
type Made = { row: Omit<Row, 'entrySeq'>; holder: Holder; taught: IssuingCohort; body: string }

const reason = 'Синтетикалық тізілімде: деректерде қате болған'
const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/**
 * Issues the certificates of a synthetic register week by week, and revokes and replaces some a month later: the same rows,
 * signatures and ledger entries as the product's own, but without any evidence behind them, and they say so.
 */
export class Issuing {
  readonly #desk: Desk
  readonly #key = keyInUse('certificate')
  readonly #last = new Map<number, number>()
  /** What is to be ended, by the Sunday on which it happens. */
  readonly #due: { on: string; made: Made; fate: 'revoked' | 'replaced' }[] = []
  #count = 0
  #made = 0
  revoked = 0
  replaced = 0

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Certificates for the classes that end in the week of this Monday, on its Saturday. */
  async issue(monday: string, classes: readonly { taught: IssuingCohort; holders: readonly Holder[] }[]): Promise<void> {
    const day = later(monday, 5)
    const made: Made[] = []
    for (const { taught, holders } of classes) {
      for (const holder of holders) {
        const one = this.#make(taught, holder, momentOf(day, 5, made.length), day, null)
        made.push(one)
        const fate = fateOf(this.#count++)
        if (fate !== 'kept') this.#due.push({ on: later(monday, 27), made: one, fate })
      }
      await this.#desk.breathe()
    }
    this.#keep(made)
  }

  /** Revokes and replaces what is due by the Sunday of this week; at the end, all that is left. */
  end(monday: string, everything: boolean): void {
    const sunday = later(monday, 6)
    const due = this.#due.splice(0, everything ? this.#due.length : this.#due.filter((one) => one.on <= sunday).length)
    const revoked = due.filter((one) => one.fate === 'revoked').map((one) => one.made)
    this.#revoke(revoked, sunday)
    const replaced = due.filter((one) => one.fate === 'replaced').map((one) => one.made)
    const successors = replaced.map(({ taught, holder, row, body }, n) => this.#make(taught, holder, momentOf(sunday, 6, n), sunday, { row, body }))
    this.#keep(successors, (one, n) => {
      const old = replaced[n]!.row
      return { kind: 'certificate.replaced', at: one.row.issuedAt, facts: { certificate: old.id!, serial: old.serial, successor: one.row.id!, successorSerial: one.row.serial, subject: subjectOf(old.personId) } }
    })
    this.revoked += revoked.length
    this.replaced += replaced.length
  }

  /** Says which serial was the last of each year. The rows are written once, so nothing can have counted past them. */
  close(): void {
    this.#desk.add(serials, [...this.#last].map(([year, last]) => ({ year, last })))
  }

  #make(taught: IssuingCohort, holder: Holder, issuedAt: Date, issuedOn: string, predecessor: Pick<Made, 'row' | 'body'> | null): Made {
    const year = Number(issuedOn.slice(0, 4))
    const number = (this.#last.get(year) ?? 0) + 1
    if (number > 999_999) throw new Error(`the serials of ${year} are used up`)
    this.#last.set(year, number)
    const nth = this.#made++
    const [id, serial, code] = [seededId('certificate', nth), `KZ-${year}-${String(number).padStart(6, '0')}`, newCode(seededBytes('code', nth))]
    const expiresOn = predecessor ? (predecessor.row.expiresOn ?? null) : lastDay(issuedOn, taught.edition.validityMonths)
    const facts = { ...taughtBy(taught), holder: predecessor ? readStatement(predecessor.body).holder : holderOf(holder) }
    const signed = signStatement({ ...facts, certificate: id, serial, code, issuedOn, expiresOn, predecessor: predecessor?.row.serial ?? null }, this.#key)
    const row = {
      id, serial, code, personId: holder.person.id, cohortId: taught.cohort.id, ...dimensionsOf(taught, holder),
      evidence: { v: 1, synthetic: true }, statementHash: signed.hash, signature: signed.signature, kid: signed.kid,
      issuedAt, issuedOn, countedOn: predecessor ? predecessor.row.countedOn : issuedOn, expiresOn, issuedBy: null, predecessorId: predecessor?.row.id ?? null,
    }
    return { row, holder, taught, body: signed.body }
  }

  /** Tells the ledger and stores the rows; `after` is told right behind each. */
  #keep(made: readonly Made[], after?: (one: Made, n: number) => Telling): void {
    if (made.length === 0) return
    const tellings = made.flatMap((one, n): Telling[] => [
      {
        kind: 'certificate.issued', at: one.row.issuedAt,
        facts: toldOf({
          certificateId: one.row.id!, personId: one.row.personId, cohortId: one.row.cohortId, serial: one.row.serial, signed: { hash: one.row.statementHash, kid: one.row.kid },
          dimensions: dimensionsOf(one.taught, one.holder), issuedAt: one.row.issuedAt, issuedOn: one.row.issuedOn, countedOn: one.row.countedOn, expiresOn: one.row.expiresOn ?? null,
        }),
      },
      ...(after ? [after(one, n)] : []),
    ])
    const first = this.#desk.tell(tellings)
    const step = after ? 2 : 1
    this.#desk.add(certificates, made.map(({ row }, n) => ({ ...row, entrySeq: first + n * step })))
    this.#desk.add(statements, made.map(({ row, holder, body }) => ({ certificateId: row.id!, holderName: holderOf(holder).name, body })))
  }

  #revoke(made: readonly Made[], sunday: string): void {
    if (made.length === 0) return
    const at = (n: number) => momentOf(sunday, 5, n)
    const first = this.#desk.tell(made.map(({ row }, n): Telling => ({
      kind: 'certificate.revoked', at: at(n), facts: { certificate: row.id!, serial: row.serial, subject: subjectOf(row.personId), reason: digest(reason) },
    })))
    this.#desk.add(revocations, made.map(({ row }, n) => ({ certificateId: row.id!, reason, revokedAt: at(n), revokedBy: null, entrySeq: first + n })))
  }
}
