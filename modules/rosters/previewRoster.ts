import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { type Actor, centresOf } from '#modules/actor.ts'
import { type CohortView, cohortOf, foresee, works } from '#modules/cohorts/index.ts'
import { maskNumber } from '#modules/people/index.ts'
import { facilities as facilitiesOf } from '#modules/places/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { dayOf, fullName } from '#modules/words/index.ts'
import type { Change } from './compare.ts'
import { confirmedInput, consentsOf } from './confirmations.ts'
import { comingOf, isElsewhere, planner, type PlannedRow, type RowKind, willEnrol } from './plan.ts'
import type { Profession } from './professions.ts'
import { mayImportRoster } from './policy.ts'
import type { Problem } from './problems.ts'
import type { RosterHead, SkippedRow } from './read.ts'
import { readRoster } from './readRoster.ts'
import type { Consent, FacilityGuess } from './rules.ts'

/**
 * People that one import may hold. It is one transaction, and the ledger has one head: whoever enrols anywhere meanwhile
 * waits for it, and may wait four seconds at most.
 */
export const mostImported = 200

export const previewRosterInput = z.object({ cohortId: z.uuid(), bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array), confirmed: confirmedInput })

/** A line as the coordinator sees it. No number but masked. */
export type PreviewRow = {
  line: number
  kind: RowKind
  /** As it would be registered, or as it is written where it can't be. */
  name: string
  /** Masked. */
  iin: string | null
  profession: Profession | null
  facilityId: string | null
  /** What the import would give, by the rule that gives the seats: a seat, a place in the queue, or neither. */
  place: 'seat' | 'queue' | null
  problems: Problem[]
  changes: Change[]
  /** What can be agreed to: the number with its zeros back (masked), workplaces that may be meant, the changes. */
  offers: { iin?: string; facilities?: FacilityGuess[]; changes?: true }
  /** What has been agreed to. */
  agreed: Consent | null
}

export type RosterPreview = {
  /** SHA-256 of the bytes, hex: an import must name it. */
  digest: string
  head: RosterHead
  rows: PreviewRow[]
  skipped: SkippedRow[]
  counts: Record<RowKind | 'skipped', number>
  /** People who would be put into the cohort, how many of them get a seat or a place in the queue, and how many are left out for a place elsewhere. */
  enrol: { people: number; seats: number; queue: number; leftOut: number }
  cohort: Pick<CohortView, 'id' | 'capacity' | 'enrolled' | 'queued'>
  facilities: Map<string, string>
  /** More people than one import may hold: the limit, otherwise null. */
  above: number | null
  /** Nothing is wrong: it may be imported. */
  ready: boolean
}

/**
 * What importing a roster file into a cohort would do, line by line: new people, registered ones, changed ones, what is
 * wrong and what is skipped, and how many get seats. Writes nothing. For coordinators of the cohort's centre.
 * Refuses a file that can't be read (`roster.…`), and a cohort that takes nobody any more.
 */
export async function previewRoster(db: Db, actor: Actor, input: z.infer<typeof previewRosterInput>): Promise<RosterPreview> {
  const cohort = await importableCohort(db, actor, input.cohortId)
  const { facilities, options } = await readingOptions(db, cohort, input.confirmed)

  const plan = planner(db, actor, cohort.id)
  const placeFor = await foresee(db, cohort.id)
  const rows: PreviewRow[] = []
  const skipped: SkippedRow[] = []
  const counts = { new: 0, matched: 0, changed: 0, wrong: 0, skipped: 0 }
  const enrol = { people: 0, seats: 0, queue: 0, leftOut: 0 }
  const head = await readRoster(input.bytes, options, async (slice) => {
    for (const row of slice) if (row.kind === 'skipped') skipped.push(row)
    for (const planned of await plan(slice.filter((row) => row.kind === 'person'))) {
      counts[planned.kind]++
      const agreed = options.consents.get(planned.row.line) ?? null
      const place = willEnrol(planned) ? placeFor(comingOf(planned, agreed?.changes ?? false)) : null
      if (place) enrol.people++
      if (place === 'seat') enrol.seats++
      if (place === 'queue') enrol.queue++
      if (planned.kind !== 'wrong' && isElsewhere(planned)) enrol.leftOut++
      rows.push(shownRow(planned, place, agreed))
    }
  })

  counts.skipped = skipped.length
  const above = rows.length > mostImported ? mostImported : null
  return {
    digest: digestOf(input.bytes), head: head.head, rows, skipped, counts, enrol,
    cohort: { id: cohort.id, capacity: cohort.capacity, enrolled: cohort.enrolled, queued: cohort.queued }, facilities, above, ready: counts.wrong === 0 && above === null,
  }
}

/** The cohort, for somebody who may import into it and while it takes people. */
export async function importableCohort(db: Db, actor: Actor, cohortId: string): Promise<CohortView> {
  const cohort = await cohortOf(db, actor, { cohortId })
  if (!mayImportRoster(actor, { centreId: cohort.centre })) {
    // To a coordinator of another centre this cohort's roster is not there; anybody else lacks the role.
    if (centresOf(actor, 'coordinator').length > 0) found(null)
    permit(false)
  }
  if (!works('put somebody in', cohort.state)) throw new Refusal('cohort.over')
  if (cohort.attendanceClosedAt) throw new Refusal('cohort.attendance-closed')
  return cohort
}

export async function readingOptions(db: Db, cohort: CohortView, confirmed: readonly string[] | undefined) {
  const all = await facilitiesOf(db)
  const facilities = new Map(all.map(({ id, names }) => [id, names.kk === names.ru ? names.kk : `${names.kk} / ${names.ru}`]))
  return { facilities, options: { facilities: all.map(({ id, names }) => ({ id, names })), today: dayOf(new Date(), cohort.timeZone), consents: consentsOf(confirmed) } }
}

export const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function shownRow({ row, kind, changes }: PlannedRow, place: PreviewRow['place'], agreed: Consent | null): PreviewRow {
  const { person, offers } = row
  return {
    line: row.line,
    kind,
    name: person.familyName && person.givenName ? fullName({ familyName: person.familyName, givenName: person.givenName, patronymic: person.patronymic }) : row.written,
    iin: person.iin && maskNumber(person.iin),
    profession: person.profession,
    facilityId: person.facilityId,
    place,
    problems: row.problems,
    changes,
    offers: {
      ...(offers.zeros && { iin: maskNumber(offers.zeros.iin) }),
      ...(offers.facilities && { facilities: offers.facilities }),
      ...(changes.length > 0 && { changes: true as const }),
    },
    agreed,
  }
}
