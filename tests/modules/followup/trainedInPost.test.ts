import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { entries, memberships, workplaces } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { exportTrained, trainedInPost } from '#modules/followup/index.ts'
import { issueCertificates, revokeCertificate } from '#modules/certificates/index.ts'
import { changePerson, erasePerson, leavePost, mergePersons } from '#modules/people/index.ts'
import { readCsv } from '#modules/table.ts'
import { today } from '#modules/people/work.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCoordinator, aFacility, anAdministrator, anAuditor, aTrainee } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

/** Three certified people of one facility, as a roster would have made them. */
async function threeTrained(db: Db) {
  const finished = await aFinishedCohort(db, { people: 3 })
  await db.insert(memberships).values(finished.people.map(({ id }) => ({ personId: id, role: 'trainee' as const })))
  for (const { id } of finished.people) await db.insert(workplaces).values({ personId: id, facilityId: finished.facility.id, profession: 'patronage-nurse', since: '2024-01-01' })
  await issueCertificates(db, finished.coordinator, { cohortId: finished.cohort.id })
  return { ...finished, centreId: finished.cohort.centreId, ids: finished.people.map((one) => one.id) }
}

describe('trained and still in post', () => {
  test('counts who stayed, who moved and who left, by the facility they came from', async ({ db }) => {
    const { coordinator, centreId, facility, ids } = await threeTrained(db)
    const elsewhere = await aFacility(db)
    await changePerson(db, system('test'), { personId: ids[1]!, facilityId: elsewhere.id })
    await leavePost(db, coordinator, { personId: ids[2]!, on: '2026-11-20', reason: 'көшіп кетті' })
    const { items, facilities, total, cursor } = await trainedInPost(db, coordinator, { centreId })
    expect(total).toEqual({ trained: 3, 'in-post': 1, moved: 1, left: 1 })
    expect(facilities).toEqual([{ facilityId: facility.id, facility: facility.names, trained: 3, 'in-post': 1, moved: 1, left: 1 }])
    expect(cursor).toBeNull()
    const by = (id: string) => items.find((one) => one.personId === id)
    expect(by(ids[0]!)).toMatchObject({ post: 'in-post', now: null, leftOn: null, visible: true })
    expect(by(ids[1]!)).toMatchObject({ post: 'moved', now: elsewhere.names })
    expect(by(ids[2]!)).toMatchObject({ post: 'left', leftOn: '2026-11-20', leftBecause: 'көшіп кетті' })
    expect((await trainedInPost(db, coordinator, { centreId, post: 'moved' })).items.map((one) => one.personId)).toEqual([ids[1]])
    // The counts are of the whole selection, whatever part of it is listed.
    expect((await trainedInPost(db, coordinator, { centreId, post: 'moved' })).total.trained).toBe(3)
    expect((await trainedInPost(db, coordinator, { centreId, facilityId: elsewhere.id })).total.trained).toBe(0)
  })

  test('goes on after a page by name, and finds by name', async ({ db }) => {
    const { coordinator, centreId, people } = await threeTrained(db)
    const first = await trainedInPost(db, coordinator, { centreId, limit: 2 })
    const second = await trainedInPost(db, coordinator, { centreId, limit: 2, cursor: first.cursor! })
    expect([...first.items, ...second.items].map((one) => one.personId).sort()).toEqual(people.map((one) => one.id).sort())
    expect(second.cursor).toBeNull()
    expect((await trainedInPost(db, coordinator, { centreId, search: people[0]!.familyName.toUpperCase() })).items.map((one) => one.personId)).toEqual([people[0]!.id])
  })

  test('leaves out a revoked certificate and an erased person, and counts two joined records once', async ({ db }) => {
    const { coordinator, centreId, ids } = await threeTrained(db)
    const other = await aFinishedCohort(db, { cohort: { centreId } })
    await issueCertificates(db, other.coordinator, { cohortId: other.cohort.id })
    expect((await trainedInPost(db, coordinator, { centreId })).total.trained).toBe(4)
    await mergePersons(db, system('test'), { personId: other.people[0]!.id, intoId: ids[0]! }, async () => {})
    const joined = await trainedInPost(db, coordinator, { centreId })
    expect(joined.total.trained).toBe(3)
    const serial = joined.items.find((one) => one.personId === ids[1])!.serial
    await revokeCertificate(db, await anAdministrator(db), { serial, reason: 'қате берілген' })
    await erasePerson(db, system('test'), { personId: ids[2]! }, async () => {})
    expect((await trainedInPost(db, coordinator, { centreId })).items.map((one) => one.personId)).toEqual([ids[0]])
  })

  test('leaves out what has expired', async ({ db }) => {
    const { coordinator, cohort } = await aFinishedCohort(db, { edition: { validityMonths: 12 } })
    await issueCertificates(db, coordinator, { cohortId: cohort.id })
    const at = (now: string) => trainedInPost(db, coordinator, { centreId: cohort.centreId }, new Date(now))
    expect((await at(new Date(Date.now() + 1000).toISOString())).total.trained).toBe(1)
    expect((await at(new Date(Date.now() + 400 * 86_400_000).toISOString())).total.trained).toBe(0)
  })

  test('is the centre’s own and the administrator’s, with names to nobody else', async ({ db }) => {
    const { centreId, trainer, ids } = await threeTrained(db)
    const stranger = await aCoordinator(db, (await aFinishedCohort(db)).cohort.centreId)
    for (const actor of [visitor, trainer, stranger, await aTrainee(db), await anAuditor(db)]) {
      await expect(trainedInPost(db, actor, { centreId })).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(exportTrained(db, actor, { centreId, locale: 'ru', format: 'csv' })).rejects.toMatchObject({ code: 'permission.denied' })
    }
    await expect(trainedInPost(db, stranger, {})).rejects.toMatchObject({ code: 'permission.denied' })
    expect((await trainedInPost(db, await anAdministrator(db), {})).items.map((one) => one.personId).sort()).toEqual([...ids].sort())
    expect(await db.$count(entries, eq(entries.kind, 'list.exported'))).toBe(0)
  })

  test('becomes a file in either form, told to the ledger; a name that looks like a formula is no formula', async ({ db }) => {
    const { coordinator, centreId, ids } = await threeTrained(db)
    await changePerson(db, system('test'), { personId: ids[0]!, familyName: 'Әбен' })
    await leavePost(db, coordinator, { personId: ids[0]!, on: today(), reason: '=1+1' })
    const file = await exportTrained(db, coordinator, { centreId, locale: 'kk', format: 'csv' })
    const lines = readCsv(Buffer.from(file.bytes).toString('utf8'))
    expect(file.rows).toBe(3)
    expect(lines.flat().some((cell) => cell === "'=1+1")).toBe(true)
    expect(lines.some((line) => line[0]!.startsWith('Әбен') && line[7] === 'жұмыс орны белгісіз')).toBe(true)
    const workbook = await exportTrained(db, coordinator, { centreId, locale: 'ru', format: 'xlsx' })
    expect(workbook).toMatchObject({ rows: 3, name: expect.stringMatching(/^besik-in-post-.*\.xlsx$/) })
    expect(Buffer.from(workbook.bytes).subarray(0, 2).toString()).toBe('PK')
    const told = (await db.select().from(entries).where(eq(entries.kind, 'list.exported'))).map((one) => JSON.parse(one.body).facts)
    expect(told).toEqual([{ list: `in-post:${centreId}`, rows: 3, digest: file.digest }, { list: `in-post:${centreId}`, rows: 3, digest: workbook.digest }])
  })
})
