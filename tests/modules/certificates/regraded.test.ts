import { eq } from 'drizzle-orm'
import { answers, assessments, attempts, certificates, enrolments, statements } from '#db/schema/index.ts'
import { removeItem } from '#modules/assessment/index.ts'
import { issueCertificates, previewIssue } from '#modules/certificates/index.ts'
import { expect, test } from '#tests/database.ts'
import { anAdministrator, aPerson } from '#tests/factories.ts'
import { aFinishedCohort } from './cast.ts'

test('a question thrown out counts for whoever is waiting; certificates that were issued stay to the letter', async ({ db }) => {
  const { cohort, edition, coordinator } = await aFinishedCohort(db, { people: 2, edition: { validityMonths: 12 } })
  const late = await aPerson(db)
  await db.insert(enrolments).values({ cohortId: cohort.id, personId: late.id, state: 'enrolled', source: 'coordinator', ticket: 9000 })
  const [assessment] = await db.select().from(assessments)
  const form = [1, 2, 3].map((n) => ({ id: `imci-1-danger-0${n}`, options: ['a', 'b', 'c'] }))
  const at = new Date('2026-11-02T10:00:00Z')
  const [attempt] = await db.insert(attempts).values({ cohortId: cohort.id, personId: late.id, assessmentId: assessment!.id, number: 1, seed: 's', form, startedAt: at, closesAt: at }).returning()
  await db.insert(answers).values(form.map(({ id }, index) => ({ attemptId: attempt!.id, itemId: id, sequence: 1, choice: [index === 2 ? 'a' : 'b'] })))
  await db.update(attempts).set({ finishedAt: at, score: 2, maximum: 3, passed: false }).where(eq(attempts.id, attempt!.id))
  const unmet = async () => (await previewIssue(db, coordinator, { cohortId: cohort.id })).people.find((one) => one.personId === late.id)!.unmet.map((one) => one.rule)

  await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const issued = { certificates: await db.select().from(certificates), statements: await db.select().from(statements) }
  expect(issued.certificates).toHaveLength(2)
  expect(await unmet()).toContain('post-test-not-passed')

  await removeItem(db, await anAdministrator(db), { editionId: edition.id, itemId: 'imci-1-danger-03', reason: 'Two of its options are right.' })
  expect(await unmet()).not.toContain('post-test-not-passed')
  expect(await unmet()).toContain('attendance-too-low')
  expect({ certificates: await db.select().from(certificates), statements: await db.select().from(statements) }).toEqual(issued)
})
