import { and, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificates, enrolments, entries, merges, persons, sessions } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { demandMergeable, demandUnmergeable, issueCertificates } from '#modules/certificates/index.ts'
import { enrol } from '#modules/cohorts/index.ts'
import { mergePersons, signIn, unmergePersons } from '#modules/people/index.ts'
import { aCohort, aPerson, aTrainee } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import { aSignIn } from '#tests/modules/people/people.ts'
import { expect, outcome, test } from './server.ts'

const merge = (db: Db, personId: string, intoId: string) => outcome(mergePersons(db, system('test'), { personId, intoId }, demandMergeable))
const rounds = Array.from({ length: 15 }, (_, index) => index)

test('two merges that cross: one of the two records is kept, and the other merge is told so', async ({ db }) => {
  for (const _ of rounds) {
    const [one, other] = [await aPerson(db), await aPerson(db)]
    const told = await Promise.all([merge(db, one.id, other.id), merge(db, other.id, one.id)])
    expect(told.sort()).toEqual(['done', 'person.merged'])
    const pointers = (await db.select({ into: persons.mergedInto }).from(persons).where(inArray(persons.id, [one.id, other.id]))).map((row) => row.into)
    expect(pointers.filter((into) => into === null)).toHaveLength(1)
  }
})

test('a ring of merges at once ends in records that are kept, never in a pointer to a duplicate', async ({ db }) => {
  for (const _ of rounds) {
    const ids = (await Promise.all([1, 2, 3, 4].map(() => aPerson(db)))).map((one) => one.id)
    const told = await Promise.all(ids.map((id, index) => merge(db, id, ids[(index + 1) % ids.length]!)))
    expect(told.every((one) => one === 'done' || one === 'person.merged')).toBe(true)
    const rows = await db.select({ id: persons.id, into: persons.mergedInto }).from(persons).where(inArray(persons.id, ids))
    const kept = new Set(rows.filter((row) => row.into === null).map((row) => row.id))
    expect(kept.size).toBe(4 - told.filter((one) => one === 'done').length)
    for (const { into } of rows) if (into) expect(kept).toContain(into)
  }
})

test('merged while it takes a seat: either the seat is refused or the merge is', async ({ db }) => {
  const cohort = await aCohort(db)
  for (const _ of rounds) {
    const [duplicate, kept] = [await aTrainee(db), await aTrainee(db)]
    const [merged, seat] = await Promise.all([merge(db, duplicate.personId!, kept.personId!), outcome(enrol(db, system('test'), { cohortId: cohort.id, personId: duplicate.personId! }))])
    expect([['done', 'object.not-found'], ['person.merge-unfinished', 'enrolled'], ['person.merge-unfinished', 'queued']]).toContainEqual([merged, seat])
    expect(await db.$count(enrolments, eq(enrolments.personId, duplicate.personId!))).toBe(merged === 'done' ? 0 : 1)
  }
})

test('merged while both records are certified in one class: one human gets one certificate, or the merge is refused', async ({ db }) => {
  for (const _ of rounds.slice(0, 5)) {
    const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 2 })
    const [duplicate, kept] = [people[0]!.id, people[1]!.id]
    const [merged] = await Promise.all([merge(db, duplicate, kept), issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [kept] }), issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [duplicate] })])
    expect(['done', 'person.merge-certified-twice']).toContain(merged)
    expect(await db.$count(certificates, eq(certificates.cohortId, cohort.id))).toBe(merged === 'done' ? 1 : 2)
  }
})

test('merged while it signs in: no session of the duplicate is left', async ({ db }) => {
  for (const _ of rounds.slice(0, 5)) {
    const [duplicate, kept] = [await aSignIn(db, { role: 'trainee' }), await aTrainee(db)]
    const [merged] = await Promise.all([merge(db, duplicate.personId, kept.personId!), outcome(signIn(db, visitor, duplicate)), outcome(signIn(db, visitor, duplicate))])
    expect(merged).toBe('done')
    expect(await db.$count(sessions, eq(sessions.personId, duplicate.personId))).toBe(0)
  }
})

const undo = (db: Db, personId: string) => outcome(unmergePersons(db, system('test'), { personId, reason: 'екі бөлек адам' }, demandUnmergeable))

test('undone twice at once, or joined further while it is undone: it is undone once, or not at all', async ({ db }) => {
  for (const _ of rounds) {
    const [first, second, third] = [await aPerson(db), await aPerson(db), await aPerson(db)]
    expect(await merge(db, first.id, second.id)).toBe('done')
    const told = await Promise.all([undo(db, first.id), undo(db, first.id)])
    expect(told.sort()).toEqual(['done', 'person.not-merged'])
    expect(await merge(db, first.id, second.id)).toBe('done')
    const [undone, further] = await Promise.all([undo(db, first.id), merge(db, second.id, third.id)])
    expect(further).toBe('done')
    expect(['done', 'person.unmerge-later']).toContain(undone)
    const rows = new Map((await db.select({ id: persons.id, into: persons.mergedInto }).from(persons).where(inArray(persons.id, [first.id, second.id, third.id]))).map((row) => [row.id, row.into]))
    expect([rows.get(first.id), rows.get(second.id), rows.get(third.id)]).toEqual([undone === 'done' ? null : third.id, third.id, null])
  }
})

test('joined and parted at once: what stands at the end has its record', async ({ db }) => {
  for (const _ of rounds) {
    const [duplicate, kept] = [await aPerson(db, { email: `${crypto.randomUUID()}@example.kz` }), await aPerson(db)]
    const [merged, undone] = await Promise.all([merge(db, duplicate.id, kept.id), undo(db, duplicate.id)])
    expect(merged).toBe('done')
    expect(['done', 'person.not-merged']).toContain(undone)
    const [row] = await db.select().from(persons).where(eq(persons.id, duplicate.id))
    expect([row!.mergedInto, row!.email]).toEqual(undone === 'done' ? [null, duplicate.email] : [kept.id, null])
    expect(await db.$count(merges, and(eq(merges.personId, duplicate.id), isNull(merges.undoneAt)))).toBe(undone === 'done' ? 0 : 1)
  }
})

test('each merge, and each undoing, is in the ledger once', async ({ db }) => {
  expect(await db.$count(entries, eq(entries.kind, 'person.merged'))).toBe(await db.$count(merges))
  const undone = await db.$count(merges, isNotNull(merges.undoneAt))
  expect(await db.$count(entries, eq(entries.kind, 'person.unmerged'))).toBe(undone)
  expect(await db.$count(persons, isNotNull(persons.mergedInto))).toBe((await db.$count(merges)) - undone)
})
