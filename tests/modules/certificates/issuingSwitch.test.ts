import { eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { entries, notices, persons, settings } from '#db/schema/index.ts'
import { createHash } from 'node:crypto'
import { issueCertificates, issuingState, switchIssuing, watchRegister } from '#modules/certificates/index.ts'
import { readBack } from '#modules/certificates/readBack.ts'
import { expect, test } from '#tests/database.ts'
import { anAdministrator } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const switched = async (db: Db) => (await db.select({ body: entries.body }).from(entries).where(eq(entries.kind, 'issuing.switched')).orderBy(entries.seq)).map((one) => (JSON.parse(one.body) as { by: string; facts: unknown }))
const letters = (db: Db) => db.select({ personId: notices.personId, kind: notices.kind, recipient: notices.recipient }).from(notices)

/** Writes past every guard, as somebody with the database in hand could. */
async function tamper(db: Db, work: ReturnType<typeof sql>) {
  await db.execute(sql`set session_replication_role = replica`)
  await db.execute(work)
  await db.execute(sql`set session_replication_role = origin`)
}

test('issuing is stopped and goes on for a reason, which the ledger commits to and the page shows with who and when', async ({ db }) => {
  const admin = await anAdministrator(db)
  expect(await issuingState(db)).toEqual({ stopped: false, since: null, by: null, reason: null, cause: null })
  await switchIssuing(db, admin, { stopped: true, reason: 'Журнал тексеріледі' })
  expect(await issuingState(db)).toMatchObject({ stopped: true, since: expect.any(Date) as Date, by: expect.any(String) as string, reason: 'Журнал тексеріледі', cause: null })
  await switchIssuing(db, admin, { stopped: false, reason: 'Бәрі дұрыс' })
  expect(await issuingState(db)).toMatchObject({ stopped: false, reason: 'Бәрі дұрыс' })
  expect((await switched(db)).map((one) => one.facts)).toEqual([{ stopped: true, reason: sha256('Журнал тексеріледі') }, { stopped: false, reason: sha256('Бәрі дұрыс') }])
  await expect(switchIssuing(db, { ...admin, steppedUp: false }, { stopped: true, reason: 'Тексеру' })).rejects.toMatchObject({ code: 'permission.step-up-needed' })
})

test('looked at regularly, a register in order stops nothing, and the next look takes up where this one ended', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 3 })
  expect(await watchRegister(db)).toMatchObject({ fault: null, stopped: false })
  await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const { entries: seen } = await watchRegister(db)
  const [mark] = await db.select().from(settings).where(eq(settings.name, 'register-watched'))
  expect(mark!.value).toMatchObject({ size: seen })
  expect(await watchRegister(db, new Date(Date.now() + 25 * 3600_000))).toMatchObject({ entries: seen, fault: null, stopped: false })
  expect((await issuingState(db)).stopped).toBe(false)
})

test('a ledger entry that was edited stops all issuing once, and every administrator is written to', async ({ db }) => {
  const admin = await anAdministrator(db)
  await db.update(persons).set({ email: 'admin@example.kz' }).where(eq(persons.id, admin.personId!))
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 3 })
  await watchRegister(db)
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [] })
  expect(issued).toEqual([])
  const first = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  expect(first.issued).toHaveLength(3)
  const [entry] = await db.select({ seq: entries.seq }).from(entries).where(eq(entries.kind, 'certificate.issued')).orderBy(entries.seq).limit(1)
  await tamper(db, sql`update entries set body = replace(body, '"rural":false', '"rural":true') where seq = ${entry!.seq}`)

  expect(await watchRegister(db)).toMatchObject({ fault: { cause: 'ledger', found: `${entry!.seq} (hash)` }, stopped: true })
  expect(await issuingState(db)).toMatchObject({ stopped: true, by: null, cause: 'ledger', reason: `${entry!.seq} (hash)` })
  expect(await letters(db)).toEqual([{ personId: admin.personId, kind: 'issuing.stopped-ledger', recipient: 'admin@example.kz' }])
  expect((await switched(db)).at(-1)).toMatchObject({ by: 'system:verification', facts: { stopped: true } })
  await expect(issueCertificates(db, coordinator, { cohortId: (await aFinishedCohort(db, { cohort: { centreId: cohort.centreId } })).cohort.id })).rejects.toMatchObject({ code: 'certificate.issuing-stopped' })

  // Who turns it on again knows of this fault: it stops nothing a second time, but a new one does.
  expect(await watchRegister(db)).toMatchObject({ stopped: false })
  await switchIssuing(db, admin, { stopped: false, reason: 'Сақтық көшірмемен салыстырылды' })
  expect(await watchRegister(db)).toMatchObject({ fault: { cause: 'ledger' }, stopped: false })
  expect((await issuingState(db)).stopped).toBe(false)
  await tamper(db, sql`update entries set body = replace(body, '"rural":true', '"rural":false') where seq = ${entry!.seq}`)
  await tamper(db, sql`update certificates set signature = decode(repeat('00', 64), 'hex') where serial = ${first.issued[1]!.serial}`)
  expect(await watchRegister(db)).toMatchObject({ fault: { cause: 'read-back', found: first.issued[1]!.serial }, stopped: true })
})

test('the head of a broken ledger can’t be told of the stop: issuing is stopped all the same', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db)
  await issueCertificates(db, coordinator, { cohortId: cohort.id })
  await tamper(db, sql`update heads set hash = sha256('other')`)
  expect(await watchRegister(db)).toMatchObject({ fault: { cause: 'ledger' }, stopped: true })
  expect(await issuingState(db)).toMatchObject({ stopped: true, cause: 'ledger' })
  expect(await switched(db)).toEqual([])
})

test('what is read back otherwise than it was signed is named, and stops all issuing', async ({ db }) => {
  const admin = await anAdministrator(db)
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 2 })
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  expect(await readBack(db, issued.map((one) => one.certificateId))).toEqual([])
  await tamper(db, sql`update statements set body = replace(body, '"hours":40', '"hours":72') where certificate_id = ${issued[1]!.certificateId}::uuid`)
  expect(await readBack(db, issued.map((one) => one.certificateId))).toEqual([issued[1]!.certificateId])
  expect(await issuingState(db)).toMatchObject({ stopped: true, cause: 'read-back', reason: issued[1]!.serial })
  expect(await letters(db)).toEqual([expect.objectContaining({ personId: admin.personId, kind: 'issuing.stopped-read-back' })])
})

test('a certificate that the database did not keep as it was meant is not answered as issued', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 2 })
  // A database that loses a letter of one statement as it is written.
  await db.execute(sql`create function lose() returns trigger language plpgsql as $$ begin if (select count(*) from statements) = 1 then new.body := replace(new.body, '"hours":40', '"hours":72'); end if; return new; end $$`)
  await db.execute(sql`create trigger lose before insert on statements for each row execute function lose()`)
  const outcome = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  expect(outcome.issued).toHaveLength(1)
  expect(outcome.refused).toEqual([{ personId: people.map((one) => one.id).find((id) => id !== outcome.issued[0]!.personId), codes: ['not-confirmed'] }])
  expect(await issuingState(db)).toMatchObject({ stopped: true, cause: 'read-back' })
})
