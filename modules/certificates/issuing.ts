import { eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { centres, certificateKinds, type certificates, cohorts, editions, facilities, persons, serials, settings } from '#db/schema/index.ts'
import type { Outline } from '#modules/courses/index.ts'
import { missingIn, types } from '#modules/pdf/index.ts'
import { type Accreditation, accreditationsOf, accreditedOn } from '#modules/places/index.ts'
import { dayOf, fullName, type Locale, t } from '#modules/words/index.ts'
import { attendanceKindOf, type Kind, kindFor, kindsOf } from './kinds.ts'
import { lastDay } from './rules.ts'
import type { Statement } from './statement.ts'

// What issuing and replacing read and count on, inside their transactions.

/** What is wished for: the certificate that edition and centre lead to, or a statement of attendance. */
export const wishes = ['main', 'attendance'] as const
export type Wish = (typeof wishes)[number]

/**
 * The cohort that something is issued in, with its centre and edition; the `kind` of what is issued; and the centre's accreditation
 * on its local day, or null. A kind that needs an accreditation which the centre lacks stands here only when it has no
 * `otherwise` that could be issued: `eligibility` then refuses everybody.
 */
export type IssuingCohort = {
  cohort: typeof cohorts.$inferSelect
  centre: typeof centres.$inferSelect
  edition: typeof editions.$inferSelect
  kind: Kind
  accreditation: Accreditation | null
  centreId: string
}

/** The cohort that certificates are issued in, with the kind that is wished for, resolved for the centre's day at `at`; `today` is that day. */
export async function issuingCohort(db: Db, cohortId: string, { wish = 'main', at = new Date() }: { wish?: Wish | undefined; at?: Date | undefined } = {}) {
  const [row] = await db.select({ cohort: cohorts, centre: centres, edition: editions }).from(cohorts)
    .innerJoin(centres, eq(centres.id, cohorts.centreId)).innerJoin(editions, eq(editions.id, cohorts.editionId)).where(eq(cohorts.id, cohortId))
  if (!row) return undefined
  const kinds = await kindsOf(db)
  const today = dayOf(at, row.centre.timeZone)
  const accreditation = accreditedOn(await accreditationsOf(db, row.centre.id), today)
  const attendanceKind = attendanceKindOf(kinds)
  const own = kinds.find((one) => one.kind === row.edition.kind)!
  const main = kindFor({ kind: own.kind, kinds, accredited: accreditation !== null }) ?? own
  return { ...row, centreId: row.centre.id, accreditation, kind: wish === 'attendance' ? attendanceKind : main, attendanceKind, today }
}

/**
 * Locks a person until the transaction ends, so that two issues of one person come one after the other and an erasure
 * waits; then the cohort with its centre, and the kinds, so that none is closed, cancelled or changed meanwhile and no accreditation
 * is withdrawn. Answers the person with their workplace, or null: for a duplicate the record that is kept, since the name on a
 * certificate is the one the person has now.
 */
export async function lockHolder(tx: Db, personId: string, cohortId: string) {
  const person = await lockKept(tx, personId)
  if (!person) return null
  await tx.select({ id: cohorts.id }).from(cohorts).innerJoin(centres, eq(centres.id, cohorts.centreId)).where(eq(cohorts.id, cohortId)).for('share')
  await tx.select({ kind: certificateKinds.kind }).from(certificateKinds).orderBy(certificateKinds.kind).for('share')
  const [facility] = person.facilityId ? await tx.select().from(facilities).where(eq(facilities.id, person.facilityId)) : []
  return { person, facility: facility ?? null }
}

/** What a certificate tells of its holder. */
export type Holder = { person: Pick<typeof persons.$inferSelect, 'id' | 'familyName' | 'givenName' | 'patronymic' | 'profession' | 'sex'>; facility: typeof facilities.$inferSelect | null }

/** Locks a person and, when it is a duplicate, the record it was merged into; answers the one that is kept. */
export async function lockKept(tx: Db, personId: string): Promise<typeof persons.$inferSelect | undefined> {
  const [person] = await tx.select().from(persons).where(eq(persons.id, personId)).for('no key update')
  return person?.mergedInto ? lockKept(tx, person.mergedInto) : person
}

/** True when an administrator has stopped all issuing. */
export async function issuingStopped(db: Db): Promise<boolean> {
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.name, 'issuing-stopped'))
  return row?.value === true
}

/** The next serial of a year. Its row stays locked until the transaction ends, and a rollback gives the number back: no gaps. */
export async function nextSerial(tx: Db, year: number): Promise<string> {
  const [row] = await rows<{ last: number }>(tx, sql`
    insert into ${serials} (year, last) values (${year}::int, 1) on conflict (year) do update set last = serials.last + 1 returning last`)
  if (row!.last > 999_999) throw new Error(`the serials of ${year} are used up`)
  return `KZ-${year}-${String(row!.last).padStart(6, '0')}`
}

/** What the statement tells about the holder: the name and work as they are now. */
export function holderOf({ person, facility }: Holder): Statement['holder'] {
  const { profession } = person
  return {
    name: fullName(person).normalize('NFC'),
    profession: profession && profession !== 'other' ? inThree((locale) => t(locale, `profession.${profession}`)) : null,
    facility: facility?.names ?? null,
  }
}

const inThree = (say: (locale: Locale) => string) => ({ kk: say('kk'), ru: say('ru'), en: say('en') })

/** Credits of continuing education: one is 30 academic hours (Order ҚР ДСМ-303/2020, to be confirmed by a lawyer), to two decimals. */
export const creditsOf = (hours: number) => (hours / 30).toFixed(2)

/** The last day of what is issued on a day. A statement of attendance tells what was, and never expires. */
export const expiryOf = ({ edition, kind }: Pick<IssuingCohort, 'edition' | 'kind'>, issuedOn: string) => (kind.certifies ? lastDay(issuedOn, edition.validityMonths) : null)

/** What `taughtBy` tells from. */
type Told = Pick<IssuingCohort, 'centre' | 'edition' | 'kind'> & {
  cohort: Pick<IssuingCohort['cohort'], 'language' | 'startsOn' | 'endsOn'>
  accreditation: Pick<Accreditation, 'body' | 'number' | 'validUntil'> | null
}

/** What the statement tells about the course and the centre. A statement of attendance names no accreditation and no approval: it certifies nothing. */
export function taughtBy({ cohort, centre, edition, kind, accreditation }: Told) {
  const outline = edition.outline as unknown as Outline
  const guideline = outline.guidelines.find((one) => one.id === edition.guideline)
  return {
    kind: kind.kind,
    document: { titles: kind.titles, confirms: kind.confirms, legalBasis: kind.legalBasis, template: kind.template },
    credits: kind.credited ? creditsOf(edition.hours) : null,
    accreditation: kind.certifies && accreditation ? { body: accreditation.body, number: accreditation.number, validUntil: accreditation.validUntil } : null,
    renews: null,
    course: {
      course: edition.course, titles: edition.titles, edition: edition.number, content: edition.contentHash,
      guideline: { id: edition.guideline, titles: guideline?.titles ?? inThree(() => edition.guideline) },
      hours: edition.hours, academicHourMinutes: outline.academicHourMinutes ?? null,
    },
    approval: kind.certifies ? edition.approval : null,
    centre: { id: centre.id, names: centre.names, cities: centre.cities, director: centre.director },
    language: cohort.language,
    startsOn: cohort.startsOn,
    endsOn: cohort.endsOn,
    demonstration: edition.demonstration,
  } satisfies Partial<Statement>
}

/** Characters in what would be printed that the certificate's font lacks. */
export function unprintable(facts: Partial<Statement>): string[] {
  const missing = new Set<string>()
  const look = (value: unknown) => {
    if (typeof value === 'string') for (const type of Object.values(types())) for (const one of missingIn(type, value)) missing.add(one)
    else if (value && typeof value === 'object') Object.values(value).forEach(look)
  }
  look(facts)
  return [...missing]
}

/** The dimensions that are ever counted, as of now; a replacement keeps those of its predecessor. */
export const dimensionsOf = ({ cohort, centre, edition, kind }: IssuingCohort, { person, facility }: Holder) => ({
  centreId: centre.id,
  editionId: edition.id,
  regionCode: centre.regionCode,
  facilityId: facility?.id ?? null,
  rural: facility?.rural ?? null,
  course: edition.course,
  guideline: edition.guideline,
  profession: person.profession,
  sex: person.sex,
  language: cohort.language,
  kind: kind.kind,
  certifies: kind.certifies,
  hours: edition.hours,
  demonstration: edition.demonstration,
})
export type Dimensions = ReturnType<typeof dimensionsOf>

/** The dimensions of a certificate, for the one that replaces it. */
export const dimensionsKept = (one: typeof certificates.$inferSelect): Dimensions => ({
  centreId: one.centreId, editionId: one.editionId, regionCode: one.regionCode, facilityId: one.facilityId, rural: one.rural, course: one.course, guideline: one.guideline,
  profession: one.profession as Dimensions['profession'], sex: one.sex, language: one.language as Dimensions['language'], kind: one.kind, certifies: one.certifies,
  hours: one.hours, demonstration: one.demonstration,
})
