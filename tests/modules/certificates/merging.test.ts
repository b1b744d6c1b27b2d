import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { absences, certificates, cohorts, cohortTrainers, persons, trainers } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { countCertificates, keyFigures } from '#modules/counts/index.ts'
import { exportMyData } from '#modules/exchange/index.ts'
import { reconcile } from '#modules/reconciliation/index.ts'
import { certificateOf, demandMergeable, demandUnmergeable, eraseHolder, issueCertificates, listCertificates, ownCertificates, previewMerge, replaceCertificate, revokeCertificate, verifyCode } from '#modules/certificates/index.ts'
import { enrol, myEnrolments } from '#modules/cohorts/index.ts'
import { erasePerson, mergePersons, unmergePersons } from '#modules/people/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCohort, actorFor, anAdministrator, anAuditor, aPerson, aTrainee, seated } from '#tests/factories.ts'
import { aFinishedCohort } from './cast.ts'

const merge = (db: Db, personId: string, intoId: string) => mergePersons(db, system('test'), { personId, intoId }, demandMergeable)

/** One human with two records, each certified in a class of its own. */
async function certifiedTwice(db: Db) {
  const [first, second] = [await aFinishedCohort(db), await aFinishedCohort(db)]
  const [duplicate, kept] = [first.people[0]!, second.people[0]!]
  for (const { cohort, coordinator } of [first, second]) await issueCertificates(db, coordinator, { cohortId: cohort.id })
  return { duplicate, kept, first, second, actor: await actorFor(db, kept.id, { role: 'trainee' }) }
}

describe('after two records were joined', () => {
  test('the person finds the certificates of both, unchanged, and the counts are what they were', async ({ db }) => {
    const { duplicate, kept, actor } = await certifiedTwice(db)
    const before = await db.select().from(certificates).orderBy(certificates.serial)
    const auditor = await anAuditor(db)
    await merge(db, duplicate.id, kept.id)

    expect((await ownCertificates(db, actor)).map((one) => one.serial).sort()).toEqual(before.map((one) => one.serial))
    for (const { serial } of before) expect(await certificateOf(db, actor, { serial })).toMatchObject({ serial, status: 'valid' })
    expect((await listCertificates(db, actor, {})).items).toHaveLength(2)
    expect(await myEnrolments(db, actor)).toHaveLength(2)
    expect(await db.select().from(certificates).orderBy(certificates.serial)).toEqual(before)
    expect((await countCertificates(db, auditor, {})).total).toBe(2)
    expect((await keyFigures(db, auditor, {})).figures).toMatchObject([{ name: 'certificates', value: 2 }, { name: 'people', value: 1 }, {}, {}])
    expect((await reconcile(db, auditor, {})).differences).toEqual([])
  })

  test('“my data” holds both records and nobody else’s', async ({ db }) => {
    const { duplicate, kept, actor } = await certifiedTwice(db)
    const stranger = await aPerson(db, { familyName: 'Бөтен' })
    await db.update(persons).set({ email: 'second@example.kz' }).where(eq(persons.id, duplicate.id))
    await db.update(persons).set({ email: 'kept@example.kz' }).where(eq(persons.id, kept.id))
    await merge(db, duplicate.id, kept.id)
    const mine = await exportMyData(db, actor, {})
    expect(mine.certificates).toHaveLength(2)
    expect(mine.enrolments).toHaveLength(2)
    expect(mine.tests).toHaveLength(2)
    expect(mine.duplicates).toMatchObject([{ email: 'second@example.kz', familyName: duplicate.familyName }])
    // Each was issued one, and the merge names both, once.
    expect(mine.ledger.map((one) => JSON.parse(one.text).kind)).toEqual(['certificate.issued', 'certificate.issued', 'person.merged'])
    expect(JSON.stringify(mine)).not.toContain(stranger.familyName)
  })

  test('erasure takes the name off both records’ certificates', async ({ db }) => {
    const { duplicate, kept } = await certifiedTwice(db)
    const codes = (await db.select({ code: certificates.code }).from(certificates)).map((one) => one.code)
    await merge(db, duplicate.id, kept.id)
    await erasePerson(db, await anAdministrator(db), { personId: kept.id }, eraseHolder)
    for (const code of codes) expect(await verifyCode(db, code)).toMatchObject({ status: 'valid', holderName: null, erased: true })
  })

  test('a certificate of the duplicate is replaced with the name that the person has now', async ({ db }) => {
    const { duplicate, kept, first } = await certifiedTwice(db)
    await db.update(persons).set({ familyName: 'Құдайбергенова', givenName: 'Үміт' }).where(eq(persons.id, kept.id))
    await merge(db, duplicate.id, kept.id)
    const [old] = await db.select().from(certificates).where(eq(certificates.personId, duplicate.id))
    const successor = await replaceCertificate(db, first.coordinator, { serial: old!.serial })
    expect((await verifyCode(db, successor.code))!.holderName).toMatch(/^Құдайбергенова Үміт/)
    expect((await db.select().from(certificates).where(eq(certificates.serial, successor.serial)))[0]!.personId).toBe(duplicate.id)
    expect((await reconcile(db, await anAuditor(db), {})).differences).toEqual([])
  })

  test('nobody gets a second certificate of one class under the other record', async ({ db }) => {
    const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 2 })
    const [duplicate, kept] = [people[0]!.id, people[1]!.id]
    const first = await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [duplicate] })
    await merge(db, duplicate, kept)
    const again = await issueCertificates(db, coordinator, { cohortId: cohort.id })
    expect(again.refused).toEqual([])
    expect(new Set(again.issued.map((one) => one.serial))).toEqual(new Set([first.issued[0]!.serial]))
    expect(await db.$count(certificates)).toBe(1)
  })

  test('who sat in the class under the duplicate is certified under the name that is kept', async ({ db }) => {
    const { cohort, coordinator, people } = await aFinishedCohort(db)
    const kept = await aPerson(db, { familyName: 'Есжанова', givenName: 'Сәуле', patronymic: null })
    await merge(db, people[0]!.id, kept.id)
    const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
    expect((await verifyCode(db, issued[0]!.code))!.holderName).toBe('Есжанова Сәуле')
    expect(await ownCertificates(db, await actorFor(db, kept.id, { role: 'trainee' }))).toHaveLength(1)
  })

  test('the duplicate can’t be enrolled any more', async ({ db }) => {
    const [duplicate, kept] = [await aTrainee(db), await aTrainee(db)]
    await merge(db, duplicate.personId!, kept.personId!)
    const cohort = await aCohort(db)
    await expect(enrol(db, system('test'), { cohortId: cohort.id, personId: duplicate.personId! })).rejects.toMatchObject({ code: 'object.not-found' })
  })
})

describe('two records are not joined', () => {
  test('while the one to be given up has a seat in a course that isn’t over; when it has been cancelled they are', async ({ db }) => {
    const [duplicate, kept] = [await aTrainee(db), await aTrainee(db)]
    const cohort = await aCohort(db, { state: 'running', startsOn: '2027-03-01' })
    await seated(db, cohort, duplicate.personId!)
    await expect(merge(db, duplicate.personId!, kept.personId!)).rejects.toMatchObject({ code: 'person.merge-unfinished', facts: { day: '2027-03-01' } })
    await db.update(cohorts).set({ state: 'cancelled' }).where(eq(cohorts.id, cohort.id))
    await merge(db, duplicate.personId!, kept.personId!)
  })

  test('while it is the trainer of such a course', async ({ db }) => {
    const [duplicate, kept] = [await aPerson(db), await aPerson(db)]
    const cohort = await aCohort(db)
    await db.insert(cohortTrainers).values({ cohortId: cohort.id, personId: duplicate.id })
    await expect(merge(db, duplicate.id, kept.id)).rejects.toMatchObject({ code: 'person.merge-unfinished' })
    await merge(db, kept.id, duplicate.id)
  })

  test('when both hold a certificate of one class, until the wrong one is revoked', async ({ db }) => {
    const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 2 })
    const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
    const [duplicate, kept] = [people[0]!.id, people[1]!.id]
    const serialOf = (id: string) => issued.find((one) => one.personId === id)!.serial
    await expect(merge(db, duplicate, kept)).rejects.toMatchObject({ code: 'person.merge-certified-twice', facts: { serial: serialOf(duplicate), other: serialOf(kept) } })
    await revokeCertificate(db, coordinator, { serial: serialOf(duplicate), reason: 'Екі рет енгізілген' })
    await merge(db, duplicate, kept)
    expect((await countCertificates(db, await anAuditor(db), {})).total).toBe(1)
  })
})

describe('the preview', () => {
  test('tells both records and, for each, why it can’t be the one that is kept', async ({ db }) => {
    const admin = await anAdministrator(db)
    const { duplicate, kept } = await certifiedTwice(db)
    const cohort = await aCohort(db, { state: 'running', startsOn: '2027-03-02' })
    await seated(db, cohort, duplicate.id)
    const [one, other] = await previewMerge(db, admin, { personId: duplicate.id, otherId: kept.id })
    expect([one.person.id, one.certificates, one.courses, one.refused]).toEqual([duplicate.id, 1, 2, null])
    expect([other.person.id, other.certificates, other.courses]).toEqual([kept.id, 1, 1])
    expect(other.refused).toMatchObject({ code: 'person.merge-unfinished', facts: { day: '2027-03-02' } })
    const [own] = await previewMerge(db, admin, { personId: admin.personId!, otherId: kept.id })
    expect(own.refused).toMatchObject({ code: 'person.not-yourself' })
    await expect(previewMerge(db, await anAuditor(db), { personId: duplicate.id, otherId: kept.id })).rejects.toMatchObject({ code: 'permission.denied' })
  })
})

describe('after two records were parted again', () => {
  const undo = (db: Db, personId: string) => unmergePersons(db, system('test'), { personId, reason: 'екі бөлек адам' }, demandUnmergeable)

  test('each has its own certificates, and a count as of a moment when they were one stays what it was', async ({ db }) => {
    const { duplicate, kept } = await certifiedTwice(db)
    const auditor = await anAuditor(db)
    const people = async (asOf?: string) => (await keyFigures(db, auditor, { ...(asOf && { asOf }) })).figures.find((one) => one.name === 'people')!.value
    await merge(db, duplicate.id, kept.id)
    const pause = () => new Promise((done) => setTimeout(done, 5))
    await pause()
    const between = new Date().toISOString()
    await pause()
    await undo(db, duplicate.id)
    expect(await people()).toBe(2)
    expect(await people(between)).toBe(1)
    for (const { id } of [duplicate, kept]) expect(await ownCertificates(db, await actorFor(db, id, { role: 'trainee' }))).toHaveLength(1)
  })

  test('but not while a certificate in force, issued since on the duplicate’s course, bears the kept record’s name', async ({ db }) => {
    const { duplicate, kept } = await certifiedTwice(db)
    const admin = await anAdministrator(db)
    await merge(db, duplicate.id, kept.id)
    const [old] = await db.select({ serial: certificates.serial }).from(certificates).where(eq(certificates.personId, duplicate.id))
    const { serial } = await replaceCertificate(db, admin, { serial: old!.serial })
    await expect(undo(db, duplicate.id)).rejects.toMatchObject({ code: 'person.unmerge-certified', facts: { serial } })
    await revokeCertificate(db, admin, { serial, reason: 'бұл басқа адам' })
    await undo(db, duplicate.id)
    expect(await db.$count(persons, eq(persons.mergedInto, kept.id))).toBe(0)
  })
})

describe('a record in the trainer registry', () => {
  test('is not given up for one that is not in it, nor while days off are still to come', async ({ db }) => {
    const [duplicate, kept] = [await aPerson(db), await aPerson(db)]
    const entry = (personId: string) => db.insert(trainers).values({ personId, level: 'regional', languages: ['kk'], courses: ['imci'] })
    await entry(duplicate.id)
    await expect(merge(db, duplicate.id, kept.id)).rejects.toMatchObject({ code: 'person.merge-trainer' })
    await entry(kept.id)
    await db.insert(absences).values({ personId: duplicate.id, startsOn: '2099-01-01', endsOn: '2099-01-02' })
    await expect(merge(db, duplicate.id, kept.id)).rejects.toMatchObject({ code: 'person.merge-trainer' })
    await db.delete(absences)
    await merge(db, duplicate.id, kept.id)
  })
})
