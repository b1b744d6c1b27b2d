import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, certificateKinds, cohorts, editions, enrolments, heads, memberships, persons, seats } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { attendanceDigest } from '#modules/attendance/index.ts'
import type { IssuingCohort } from '#modules/certificates/index.ts'
import { coursesIn, publishCourse } from '#modules/courses/index.ts'
import { setSetting } from '#modules/jobs/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { recordMany, takeCheckpoint, type Telling } from '#modules/ledger/index.ts'
import { Issuing } from './certificates.ts'
import { type Holder, inventHolder } from './people.ts'
import { type Class, classesOf, later, momentOf, mondays, personOf } from './plan.ts'
import { type Places, seedScalePlaces, seedScaleRooms } from './places.ts'
import { pour } from './pour.ts'

/** The database holds something already, so nothing synthetic may be mixed into it. */
export class NotEmpty extends Error {}

/** `publish` makes the editions that are taught: every course of content/ as a demonstration, unless told otherwise. */
export type Wanted = { certificates: number; now?: Date; publish?: (tx: Db, actor: Actor) => Promise<unknown> }

const publishAll = async (tx: Db, actor: Actor) => {
  for (const course of coursesIn()) await publishCourse(tx, actor, { course, demonstration: true })
}

export type Scale = { certificates: number; people: number; classes: number; revoked: number; replaced: number; entries: number }

/**
 * Fills an empty database with a synthetic register of so many certificates over the last five years, and marks it for ever:
 * places in every region, people nobody can sign in as, classes with their seats, certificates with signatures and PDFs to be
 * drawn, some revoked and some replaced (a successor comes on top of the number asked for). Everything goes past the verbs by
 * set-based SQL, but no invariant does: every row meets its constraints and triggers, each change has its ledger entry, and
 * serials have no gap. What there is not: attendance, attempts, observations and logbook, so the evidence of each certificate
 * says only that it is synthetic. The editions are today's, published as a demonstration. One transaction: all or nothing.
 * Throws `NotEmpty`.
 */
export async function seedScale(db: Db, actor: Actor, { certificates, now = new Date(), publish = publishAll }: Wanted, progress: (done: number) => void = () => {}): Promise<Scale> {
  const scale = await db.transaction(async (inner) => {
    const tx = inner as unknown as Db
    const [head] = await tx.select({ seq: heads.seq }).from(heads).for('update')
    if (head!.seq > 0 || (await tx.$count(persons)) > 0 || (await tx.$count(centres)) > 0) throw new NotEmpty()
    await setSetting(tx, 'synthetic', true)
    // Its editions, certificates and counts are those of a demonstration.
    await setSetting(tx, 'demonstration', true)
    await publish(tx, actor)
    return new Register(tx, actor, mondays(now), await seedScalePlaces(tx)).fill(certificates, progress)
  })
  for (const table of ['persons', 'memberships', 'enrolments', 'seats', 'cohorts', 'certificates', 'statements', 'entries', 'nodes']) await db.execute(sql`analyze ${sql.identifier(table)}`)
  await takeCheckpoint(db, actor, {})
  return scale
}

class Register {
  readonly #tx: Db
  readonly #actor: Actor
  readonly #mondays: readonly string[]
  readonly #places: Places
  readonly #issuing: Issuing
  /** Everybody so far, by number. */
  readonly #people = new Map<number, Holder>()
  #issued = 0

  constructor(tx: Db, actor: Actor, mondayDates: readonly string[], places: Places) {
    this.#tx = tx
    this.#actor = actor
    this.#mondays = mondayDates
    this.#places = places
    this.#issuing = new Issuing(tx, actor)
  }

  async fill(certificates: number, progress: (done: number) => void): Promise<Scale> {
    const opensIn = this.#places.centres.map(({ validFrom }) => Math.max(this.#mondays.findIndex((monday) => monday >= validFrom), 0))
    const classes = classesOf(certificates, opensIn)
    const rooms = await seedScaleRooms(this.#tx, this.#places, Math.max(...classes.map((one) => one.room)) + 1)
    const taught = await this.#tx.select({ edition: editions, kind: certificateKinds }).from(editions).innerJoin(certificateKinds, eq(certificateKinds.kind, editions.kind)).orderBy(editions.course)
    const weekly = Map.groupBy(classes.entries(), ([, one]) => one.week)
    for (const [week, monday] of this.#mondays.entries()) {
      const groups = (weekly.get(week) ?? []).map(([n, one]) => ({ taught: this.#cohortOf(n, one, monday, rooms, taught), holders: this.#holdersOf(one, monday) }))
      await this.#gather(monday, groups)
      await this.#issuing.issue(monday, groups)
      await this.#issuing.end(monday, week === this.#mondays.length - 1)
      progress(this.#issued)
    }
    await this.#issuing.close()
    const [head] = await this.#tx.select({ seq: heads.seq }).from(heads)
    return { certificates, people: this.#people.size, classes: classes.length, revoked: this.#issuing.revoked, replaced: this.#issuing.replaced, entries: head!.seq }
  }

  #cohortOf(n: number, { centre: at, room, size }: Class, monday: string, rooms: { id: string }[][], taught: Pick<IssuingCohort, 'edition' | 'kind'>[]): IssuingCohort {
    const { centre } = this.#places.centres[at]!
    const { edition, kind } = taught[n % taught.length]!
    const cohort: typeof cohorts.$inferSelect = {
      id: randomUUID(), editionId: edition.id, centreId: centre.id, roomId: rooms[at]![room]!.id, roomCapacity: 25, language: n % 10 < 7 ? 'kk' : 'ru', startsOn: monday, endsOn: later(monday, 4),
      capacity: 25, minimum: null, decideOn: null, offerHours: null, remindedOf: null, revision: 0, cancelReason: null, state: 'closed', nextTicket: size + 1, attendanceClosedAt: momentOf(later(monday, 4), 12, 0), createdBy: null, createdAt: momentOf(monday, 1, 0),
    }
    return { cohort, centre, edition, kind, accreditation: null, centreId: centre.id }
  }

  /** Who sits in a class: new people of the centre's region, and some who came before. */
  #holdersOf({ size, centre: at }: Class, monday: string): Holder[] {
    const near = this.#places.facilities.filter((one) => one.regionCode === this.#places.centres[at]!.centre.regionCode)
    return Array.from({ length: size }, () => {
      const number = personOf(this.#issued++)
      const holder = this.#people.get(number) ?? inventHolder(number, near, momentOf(monday, 1, 0))
      this.#people.set(number, holder)
      return holder
    })
  }

  /** People, roles, classes, enrolments and seats of a week, told to the ledger in the order in which they would have happened. */
  async #gather(monday: string, groups: { taught: IssuingCohort; holders: Holder[] }[]): Promise<void> {
    const fresh = [...new Set(groups.flatMap((group) => group.holders))].filter(({ person }) => person.createdAt.getTime() === momentOf(monday, 1, 0).getTime())
    await pour(this.#tx, persons, fresh.map((one) => one.person))
    const since = momentOf(monday, 2, 0)
    await pour(this.#tx, memberships, fresh.map(({ person }) => ({ personId: person.id, role: 'trainee' as const, since, grantedBy: null })))
    await pour(this.#tx, cohorts, groups.map((group) => group.taught.cohort))
    const places = groups.flatMap(({ taught, holders }) => holders.map(({ person }, n) => ({ cohortId: taught.cohort.id, personId: person.id, seat: n + 1 })))
    const enrolledAt = momentOf(monday, 3, 0)
    await pour(this.#tx, enrolments, places.map(({ seat, ...one }) => ({ ...one, state: 'enrolled' as const, source: 'roster' as const, ticket: seat, since: enrolledAt })))
    await pour(this.#tx, seats, places.map((one) => ({ ...one, capacity: 25 })))
    await recordMany(this.#tx, this.#actor, [
      ...fresh.map(({ person }): Telling => ({ kind: 'role.changed', at: since, facts: { subject: subjectOf(person.id), role: 'trainee', centre: null, college: null, change: 'granted' } })),
      ...places.map(({ cohortId, personId, seat }): Telling => ({ kind: 'cohort.enrolled', at: enrolledAt, facts: { cohort: cohortId, subject: subjectOf(personId), seat } })),
      // A sheet without a mark, closed as every sheet of a closed class is.
      ...groups.map(({ taught }): Telling => ({ kind: 'attendance.closed', at: taught.cohort.attendanceClosedAt!, facts: { cohort: taught.cohort.id, marks: 0, digest: attendanceDigest([]) } })),
    ])
  }
}
