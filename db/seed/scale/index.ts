import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, certificateKinds, cohorts, editions, enrolments, heads, memberships, persons, seats } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { attendanceDigest } from '#modules/attendance/index.ts'
import type { IssuingCohort } from '#modules/certificates/index.ts'
import { coursesIn, publishCourse } from '#modules/courses/index.ts'
import { setSetting } from '#modules/jobs/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { Chain, takeCheckpoint, type Telling } from '#modules/ledger/index.ts'
import { Afterwards } from './afterwards.ts'
import { fillBare, fillCounters } from './bare.ts'
import { Issuing } from './certificates.ts'
import { Desk } from './desk.ts'
import { type Holder, inventHolder } from './people.ts'
import { type Class, classesOf, later, momentOf, mondays, monthsOf, personOf } from './plan.ts'
import { type Places, seedScalePlaces, seedScaleRooms } from './places.ts'
import { seededId } from './seeded.ts'
import { Testing } from './tests.ts'

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
 * places in every region, people nobody can sign in as, classes with their seats, a test of five questions before each and
 * after it, opinions, visits, certificates with signatures and PDFs to be drawn, some revoked and some replaced (a successor
 * comes on top of the number asked for). The same number makes the same ids, serials and codes; keys, and with them signatures
 * and the ledger's hashes, are the database's own. Everything goes past the verbs into bare tables, but no invariant does:
 * every key and constraint is put back and checked against every row, and so is what triggers look after; each change has its
 * ledger entry, and serials have no gap. What there is not: attendance, observations and logbook, so the evidence of each
 * certificate says only that it is synthetic. The editions are today's, published as a demonstration,
 * and certificates of every third course end, whatever the course says. One transaction: all or
 * nothing. Throws `NotEmpty`.
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
    const places = await seedScalePlaces(tx)
    const taught = await tx.select({ edition: editions, kind: certificateKinds }).from(editions).innerJoin(certificateKinds, eq(certificateKinds.kind, editions.kind)).orderBy(editions.course)
    const editionIds = taught.map(({ edition }) => edition.id)
    for (const [nth, { edition }] of taught.entries()) edition.validityMonths ??= monthsOf(nth)
    const week = mondays(now)
    const opensIn = places.centres.map(({ validFrom }) => Math.max(week.findIndex((monday) => monday >= validFrom), 0))
    const classes = classesOf(certificates, opensIn)
    const rooms = await seedScaleRooms(tx, places, classes.reduce((most, one) => Math.max(most, one.room), 0) + 1)
    const chain = await Chain.open(tx)
    const desk = new Desk(tx, actor, chain)
    const [testing, afterwards] = [await Testing.prepare(tx, desk, editionIds), await Afterwards.prepare(tx, desk, editionIds)]
    const register = new Register({ desk, testing, afterwards, mondays: week, places, rooms, taught })
    const made = await fillBare(tx, () => register.fill(classes, progress), () => fillCounters(tx))
    return { certificates, classes: classes.length, ...made, entries: chain.size }
  })
  await takeCheckpoint(db, actor, {})
  return scale
}

type Setting = {
  desk: Desk; testing: Testing; afterwards: Afterwards; mondays: readonly string[]; places: Places
  rooms: { id: string }[][]; taught: Pick<IssuingCohort, 'edition' | 'kind'>[]
}
type Group = { monday: string; taught: IssuingCohort; holders: Holder[] }

/** How far back somebody may have come who comes again, by number; with room for a class. */
const remembered = 600

class Register {
  readonly #at: Setting
  readonly #issuing: Issuing
  /** The latest people, by number: whoever comes again came not long before. */
  readonly #recent = new Map<number, Holder>()
  #issued = 0
  #people = 0

  constructor(setting: Setting) {
    this.#at = setting
    this.#issuing = new Issuing(setting.desk)
  }

  async fill(classes: readonly Class[], progress: (done: number) => void) {
    const { desk, afterwards, mondays: weeks } = this.#at
    const weekly = Map.groupBy(classes.entries(), ([, one]) => one.week)
    for (const [week, monday] of weeks.entries()) {
      const groups: Group[] = []
      const fresh: Holder[] = []
      const told: Telling[] = afterwards.visit(monday)
      for (const [n, one] of weekly.get(week) ?? []) {
        const group = { monday, taught: this.#cohortOf(n, one, monday), holders: this.#holdersOf(one, monday, fresh) }
        groups.push(group)
        told.push(...this.#gather(group))
        afterwards.opine(group)
        await desk.breathe()
      }
      this.#welcome(fresh, monday)
      // In the order in which it would have happened.
      desk.tell(told.sort((one, other) => one.at.getTime() - other.at.getTime()))
      await desk.breathe()
      await this.#issuing.issue(monday, groups)
      this.#issuing.end(monday, week === weeks.length - 1)
      await desk.send()
      progress(this.#issued)
    }
    afterwards.planRest()
    this.#issuing.close()
    await desk.finish()
    return { people: this.#people, revoked: this.#issuing.revoked, replaced: this.#issuing.replaced }
  }

  #cohortOf(n: number, { centre: at, room, size }: Class, monday: string): IssuingCohort {
    const { places, rooms, taught } = this.#at
    const { centre } = places.centres[at]!
    const { edition, kind } = taught[n % taught.length]!
    const cohort: typeof cohorts.$inferSelect = {
      id: seededId('cohort', n), editionId: edition.id, centreId: centre.id, roomId: rooms[at]![room]!.id, roomCapacity: 25, language: n % 10 < 7 ? 'kk' : 'ru', startsOn: monday, endsOn: later(monday, 4),
      capacity: 25, minimum: null, decideOn: null, offerHours: null, remindedOf: null, revision: 0, cancelReason: null, state: 'closed', nextTicket: size + 1, attendanceClosedAt: momentOf(later(monday, 4), 12, 0), createdBy: null, createdAt: momentOf(monday, 1, 0),
    }
    return { cohort, centre, edition, kind, accreditation: null, centreId: centre.id }
  }

  /** Who sits in a class: new people of the centre's region, whom `fresh` is told of, and some who came before. */
  #holdersOf({ size, centre: at }: Class, monday: string, fresh: Holder[]): Holder[] {
    const { places } = this.#at
    const near = places.facilities.filter((one) => one.regionCode === places.centres[at]!.centre.regionCode)
    return Array.from({ length: size }, () => {
      const nth = this.#issued++
      this.#recent.delete(nth - remembered)
      const number = personOf(nth)
      const known = this.#recent.get(number)
      if (known) return known
      const holder = inventHolder(number, near, momentOf(monday, 1, 0))
      this.#recent.set(number, holder)
      fresh.push(holder)
      return holder
    })
  }

  #welcome(fresh: readonly Holder[], monday: string): void {
    const { desk } = this.#at
    this.#people += fresh.length
    const since = momentOf(monday, 2, 0)
    desk.add(persons, fresh.map((one) => one.person))
    desk.add(memberships, fresh.map(({ person }) => ({ id: seededId(`membership ${person.id}`, 0), personId: person.id, role: 'trainee' as const, since, grantedBy: null })))
    desk.tell(fresh.map(({ person }): Telling => ({ kind: 'role.changed', at: since, facts: { subject: subjectOf(person.id), role: 'trainee', centre: null, college: null, change: 'granted' } })))
  }

  /** A class with its enrolments, seats and tests; answers what the ledger is told of them. */
  #gather({ monday, taught, holders }: Group): Telling[] {
    const { desk, testing } = this.#at
    const { cohort } = taught
    const since = momentOf(monday, 3, 0)
    const seated = holders.map(({ person }, n) => ({ cohortId: cohort.id, personId: person.id, seat: n + 1 }))
    desk.add(cohorts, [cohort])
    desk.add(enrolments, seated.map(({ seat, ...one }) => ({ ...one, state: 'enrolled' as const, source: 'roster' as const, ticket: seat, since })))
    desk.add(seats, seated.map((one) => ({ ...one, capacity: 25 })))
    return [
      ...seated.map(({ personId, seat }): Telling => ({ kind: 'cohort.enrolled', at: since, facts: { cohort: cohort.id, subject: subjectOf(personId), seat } })),
      ...testing.sit(monday, taught, holders),
      // A sheet without a mark, closed as every sheet of a closed class is.
      { kind: 'attendance.closed', at: cohort.attendanceClosedAt!, facts: { cohort: cohort.id, marks: 0, digest: attendanceDigest([]) } },
    ]
  }
}
