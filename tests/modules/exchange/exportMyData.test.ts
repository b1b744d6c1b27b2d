import { eq } from 'drizzle-orm'
import { attendance, certificates, consents, memberships, staffClaims } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { saveView } from '#modules/counts/index.ts'
import { exportMyData } from '#modules/exchange/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { notify } from '#modules/notices/index.ts'
import { createPerson } from '#modules/people/index.ts'
import { expect, test } from '#tests/database.ts'
import { actorFor, aCohort, anAdministrator, anAuditor, aTrainee, seated } from '#tests/factories.ts'
import { aCollege } from '#tests/modules/adoptions/staff.ts'
import { aCertificate } from '#tests/modules/counts/register.ts'

test('a person gets everything that is stored on them, and nothing of anyone else', async ({ db }) => {
  const [me, other] = [await aTrainee(db, { email: 'me@example.kz' }), await aTrainee(db, { email: 'other@example.kz', givenName: 'Бөтен' })]
  const cohort = await aCohort(db)
  await seated(db, cohort, me.personId!, other.personId!)
  const { collegeId } = await aCollege(db)
  for (const { personId } of [me, other]) {
    await db.insert(attendance).values({ cohortId: cohort.id, personId: personId!, date: '2027-03-01', half: 'am', mark: 'present' })
    await db.insert(consents).values({ personId: personId!, version: '1', locale: 'kk' })
    await notify(db, { personId, recipient: 'x@example.kz', kind: 'account.invitation', locale: 'kk', facts: { name: 'Нұргүл', link: 'https://example.kz/secret', until: new Date() } })
    await notify(db, { personId, recipient: null, kind: 'cohort.reminder', locale: 'kk', facts: { course: 'БЖАИЖ', days: '1–5', centre: 'Қызылорда', link: 'https://example.kz/kk/cohorts' } })
    await aCertificate(db, { personId: personId!, cohortId: cohort.id })
    const [certificate] = await db.select().from(certificates).where(eq(certificates.personId, personId!))
    await db.insert(staffClaims).values({ collegeId, certificateId: certificate!.id, personId: personId!, post: personId === me.personId ? 'Оқытушы' : 'Бөтен лауазым' })
    await record(db, me, 'person.revealed', { subject: subjectOf(personId!), field: 'iin' })
  }
  const mine = await exportMyData(db, me, {})
  expect(mine.person).toMatchObject({ email: 'me@example.kz' })
  expect(mine.enrolments).toMatchObject([{ cohort: cohort.id, state: 'enrolled' }])
  expect(mine.attendance).toMatchObject([{ mark: 'present' }])
  expect(mine.certificates).toHaveLength(1)
  expect(mine.colleges).toMatchObject([{ post: 'Оқытушы', state: 'asked', serial: mine.certificates[0]!.serial }])
  expect(mine.mail.map(({ kind, to, text }) => [kind, to, text === null])).toEqual(expect.arrayContaining([['account.invitation', 'x@example.kz', true], ['cohort.reminder', null, false]]))
  expect(mine.mail).toHaveLength(2)
  // Issued to me, revealed of me, and the other one that I looked at.
  expect(mine.ledger).toHaveLength(3)
  const text = JSON.stringify(mine)
  for (const foreign of [other.personId!, 'other@example.kz', 'Бөтен', 'secret', 'passwordHash', 'Cipher', 'Lookup']) expect(text).not.toContain(foreign)
})

test('a personal number is masked here too', async ({ db }) => {
  const { id } = (await createPerson(db, await anAdministrator(db), { familyName: 'Әлімбек', givenName: 'Бауыржан', iin: '900101300017', role: 'trainee' })) as { id: string }
  const text = JSON.stringify(await exportMyData(db, await actorFor(db, id), {}))
  expect(text).not.toContain('900101300017')
  expect(text).toContain('9001')
})

test('the views that somebody named are theirs to have, also when they audit no more', async ({ db }) => {
  const [me, other] = [await anAuditor(db), await anAuditor(db)]
  await saveView(db, me, { name: 'Менің тексеруім', page: 'counts', query: 'by=region' })
  await saveView(db, other, { name: 'Бөтен тексеру', page: 'counts', query: 'by=course' })
  await db.delete(memberships).where(eq(memberships.personId, me.personId!))
  const mine = await exportMyData(db, { ...me, memberships: [] }, {})
  expect(mine.views).toMatchObject([{ name: 'Менің тексеруім', page: 'counts', query: 'by=region' }])
  expect(JSON.stringify(mine)).not.toContain('Бөтен')
})

test('who is nobody has no data', async ({ db }) => {
  for (const actor of [visitor, system('test')]) await expect(exportMyData(db, actor, {})).rejects.toMatchObject({ code: 'permission.denied' })
})
