import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { adoptions, adoptionSteps, colleges, entries, lessons, notices } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { type AdoptionState, adoptionOf, adoptionsOf, allAdoptions, inviteColleges, recordStep, saveProgramme, startAdoption, stateOf, stepShape } from '#modules/adoptions/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { actorFor, anAdministrator, anAuditor, anEdition, aPerson, aTrainee, texts } from '#tests/factories.ts'
import { aProgramme, aReceived, daysAgo, historyOf, nextEdition } from './cast.ts'
import { aCollege } from './staff.ts'

const approved = { order: '12-Ө', body: 'Педагогикалық кеңес' }
const tell = (db: Db, actor: Parameters<typeof recordStep>[1], adoptionId: string, state: AdoptionState, on: string, facts: object = {}, more: object = {}) =>
  recordStep(db, actor, { adoptionId, ...stepShape.parse({ state, on, facts, ...more }) })

/** An adoption whose programme was mapped and approved. */
async function anApproved(db: Db) {
  const all = await aReceived(db)
  await aProgramme(db, all.worker, all.adoptionId)
  await tell(db, all.worker, all.adoptionId, 'mapped', daysAgo(250))
  const { id: approvedId } = await tell(db, all.worker, all.adoptionId, 'approved', daysAgo(240), approved)
  return { ...all, approvedId }
}

describe('an adoption', () => {
  test('begins when a college has received an edition, once for each edition', async ({ db }) => {
    const { worker, collegeId, edition, adoptionId } = await aReceived(db)
    expect(await historyOf(db, adoptionId)).toMatchObject([{ state: 'received', on: daysAgo(300), recordedBy: worker.personId }])
    await expect(startAdoption(db, worker, { editionId: edition.id, on: daysAgo(1), facts: {} })).rejects.toMatchObject({ code: 'adoption.known' })
    expect(await db.$count(adoptions, eq(adoptions.collegeId, collegeId))).toBe(1)
  })

  test('carries on the adoption of the edition before, unless the college has withdrawn from that', async ({ db }) => {
    const { worker, edition, adoptionId } = await anApproved(db)
    const second = await nextEdition(db, edition)
    const { id } = await startAdoption(db, worker, { editionId: second.id, on: daysAgo(3), facts: {} })
    expect((await adoptionOf(db, worker, { adoptionId: id })).previousId).toBe(adoptionId)
    await tell(db, worker, id, 'withdrawn', daysAgo(2), { reason: 'Кейінге қалдырылды' })
    const third = await anEdition(db, { course: edition.course, number: second.number + 1, demonstration: edition.demonstration })
    const { id: last } = await startAdoption(db, worker, { editionId: third.id, on: daysAgo(1), facts: {} })
    expect((await adoptionOf(db, worker, { adoptionId: last })).previousId).toBe(adoptionId)
  })

  test('is not begun for another college, a closed one, or an edition that is none', async ({ db }) => {
    const { worker } = await aCollege(db)
    const { collegeId: other } = await aCollege(db)
    const edition = await anEdition(db)
    const begin = (values: object) => startAdoption(db, worker, { editionId: edition.id, on: daysAgo(1), facts: {}, ...values })
    await expect(begin({ collegeId: other })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(begin({ editionId: other })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(begin({ on: daysAgo(-1) })).rejects.toMatchObject({ code: 'adoption.future' })
    await db.update(colleges).set({ closedAt: new Date() })
    await expect(begin({})).rejects.toMatchObject({ code: 'adoption.college-closed' })
    expect(await db.$count(adoptions)).toBe(0)
  })

  test('goes on step by step, each in the ledger, with what the programme and the year tell filled in', async ({ db }) => {
    const { worker, adoptionId, collegeId, edition } = await anApproved(db)
    await tell(db, worker, adoptionId, 'registered', daysAgo(200), { number: 'БББ-77' })
    const on = daysAgo(100)
    const studyYear = Number(on.slice(0, 4)) - (on.slice(5) < '08-01' ? 1 : 0)
    await tell(db, worker, adoptionId, 'taught', on, { studyYear, groups: 2, students: 48 })
    const view = await adoptionOf(db, worker, { adoptionId })
    expect(view).toMatchObject({ state: 'taught', since: on, rung: 'taught', inForce: true, newer: null, reconfirmation: null, programmeStands: true, taught: [{ studyYear, groups: 2, students: 48, hours: 32 }] })
    expect(view.mapped).toMatchObject({ specialityCode: '09130100', semester: 4, theoryHours: 20, practiceHours: 12, lines: 1, lessons: 2, covered: 1 })
    const told = await db.select({ seq: entries.seq, body: entries.body }).from(entries).where(eq(entries.kind, 'adoption.step')).orderBy(entries.seq)
    expect(told.map(({ body }) => JSON.parse(body).facts)).toEqual(['received', 'mapped', 'approved', 'registered', 'taught'].map((step) => ({ college: collegeId, edition: edition.id, step })))
    expect((await historyOf(db, adoptionId)).map((one) => one.entrySeq)).toEqual(told.map(({ seq }) => Number(seq)))
  })

  test('says that its programme was changed since it was mapped', async ({ db }) => {
    const { worker, adoptionId } = await anApproved(db)
    await saveProgramme(db, worker, { adoptionId, specialityCode: '09130100', speciality: 'Мейіргер ісі', qualification: null, semester: 5 })
    expect(await adoptionOf(db, worker, { adoptionId })).toMatchObject({ programmeStands: false, rung: 'approved', mapped: { semester: 4 }, programme: { semester: 5 } })
  })

  test('keeps an earlier step beside the one that puts it right', async ({ db }) => {
    const { worker, adoptionId, approvedId } = await anApproved(db)
    await tell(db, worker, adoptionId, 'approved', daysAgo(239), { ...approved, order: '21-Ө' }, { corrects: approvedId })
    const { steps, state } = await adoptionOf(db, worker, { adoptionId })
    expect(state).toBe('approved')
    expect(steps.map((one) => [one.state, one.stands])).toEqual([['received', true], ['mapped', true], ['approved', false], ['approved', true]])
    await expect(tell(db, worker, adoptionId, 'approved', daysAgo(239), approved, { corrects: approvedId })).rejects.toMatchObject({ code: 'adoption.corrects-nothing' })
  })

  test('is never rewritten, whoever tries', async ({ db }) => {
    const { adoptionId } = await aReceived(db)
    await expect(db.transaction((tx) => tx.update(adoptionSteps).set({ on: daysAgo(5) }).where(eq(adoptionSteps.adoptionId, adoptionId)))).rejects.toThrow()
    await expect(db.transaction((tx) => tx.delete(adoptionSteps).where(eq(adoptionSteps.adoptionId, adoptionId)))).rejects.toThrow()
    expect(await historyOf(db, adoptionId)).toMatchObject([{ on: daysAgo(300) }])
  })
})

describe('two who write at once', () => {
  test('do not step over one another: the second is told', async ({ db }) => {
    const { worker, collegeId, adoptionId } = await aReceived(db)
    const colleague = await actorFor(db, (await aPerson(db)).id, { role: 'college', collegeId })
    const { lastStepId: after } = await adoptionOf(db, worker, { adoptionId })
    await tell(db, worker, adoptionId, 'review', daysAgo(200), { body: 'Кеңес' }, { after })
    await expect(tell(db, colleague, adoptionId, 'withdrawn', daysAgo(1), { reason: 'Бас тартамыз' }, { after })).rejects.toMatchObject({ code: 'adoption.moved-on' })
    // The same form sent twice by the same person is one step.
    await tell(db, worker, adoptionId, 'review', daysAgo(200), { body: 'Кеңес' }, { after })
    await expect(tell(db, worker, adoptionId, 'review', daysAgo(200), { body: 'Басқа кеңес' }, { after })).rejects.toMatchObject({ code: 'adoption.moved-on' })
    expect(await historyOf(db, adoptionId)).toHaveLength(2)
  })
})

describe('an invitation', () => {
  test('is an administrator’s; it is told to everybody who works there, and to nobody twice', async ({ db }) => {
    const [one, other, known] = [await aCollege(db), await aCollege(db), await aReceived(db)]
    const colleague = await aPerson(db, { email: 'colleague@college.example', locale: 'ru' })
    await actorFor(db, colleague.id, { role: 'college', collegeId: one.collegeId })
    const left = await aPerson(db, { email: 'left@college.example', suspendedAt: new Date() })
    await actorFor(db, left.id, { role: 'college', collegeId: one.collegeId })
    const invite = { collegeIds: [one.collegeId, other.collegeId, known.collegeId, one.collegeId], editionId: known.edition.id, on: daysAgo(2), facts: { letter: '07-15' } }
    await expect(inviteColleges(db, one.worker, invite)).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(inviteColleges(db, await anAuditor(db), invite)).rejects.toMatchObject({ code: 'permission.denied' })
    const administrator = await anAdministrator(db)
    const done = await inviteColleges(db, administrator, invite)
    expect(done.invited.map((line) => line.collegeId).toSorted()).toEqual([one.collegeId, other.collegeId].toSorted())
    expect(done.known).toEqual([known.collegeId])
    const letters = await db.select().from(notices).where(eq(notices.kind, 'adoption.invited'))
    expect(letters.map((letter) => letter.personId).toSorted()).toEqual([one.worker.personId, other.worker.personId, colleague.id].toSorted())
    expect(await inviteColleges(db, administrator, invite)).toMatchObject({ invited: [] })
    expect(await db.$count(notices, eq(notices.kind, 'adoption.invited'))).toBe(3)

    // The college answers; its own invitation it can't write.
    const { adoptionId } = done.invited.find((line) => line.collegeId === one.collegeId)!
    expect((await adoptionOf(db, one.worker, { adoptionId })).next).toEqual(['received', 'withdrawn'])
    const first = (await historyOf(db, adoptionId))[0]!
    await expect(tell(db, one.worker, adoptionId, 'invited', daysAgo(2), {}, { corrects: first.id })).rejects.toMatchObject({ code: 'permission.denied' })
    await tell(db, administrator, adoptionId, 'invited', daysAgo(3), {}, { corrects: first.id })
    await tell(db, one.worker, adoptionId, 'withdrawn', daysAgo(1), { reason: 'Маман жоқ' })
    expect(await adoptionOf(db, one.worker, { adoptionId })).toMatchObject({ state: 'withdrawn', rung: null, next: ['received'] })
  })
})

describe('whose an adoption is', () => {
  test('the college’s own, to write and to read; the ministry reads, and for another college it is not there', async ({ db }) => {
    const { worker, adoptionId } = await aReceived(db)
    const { worker: stranger } = await aCollege(db)
    const auditor = await anAuditor(db)
    const step = (actor: Parameters<typeof recordStep>[1]) => tell(db, actor, adoptionId, 'review', daysAgo(1), { body: 'Кеңес' })
    for (const [actor, code] of [[stranger, 'object.not-found'], [auditor, 'permission.denied'], [await aTrainee(db), 'permission.denied'], [visitor, 'permission.denied']] as const) {
      await expect(step(actor)).rejects.toMatchObject({ code })
    }
    await expect(adoptionOf(db, stranger, { adoptionId })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(adoptionOf(db, visitor, { adoptionId })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(adoptionsOf(db, visitor)).rejects.toMatchObject({ code: 'permission.denied' })
    expect((await adoptionsOf(db, stranger)).items).toEqual([])
    expect((await adoptionsOf(db, auditor)).items).toMatchObject([{ id: adoptionId }])
    expect(await adoptionOf(db, auditor, { adoptionId })).toMatchObject({ mine: false, next: [] })
    expect((await adoptionsOf(db, worker)).items).toMatchObject([{ id: adoptionId, state: 'received' }])
  })

  test('a list is cut by state, course, region and what is lacking, and goes on page by page', async ({ db }) => {
    const { worker, adoptionId, approvedId } = await anApproved(db)
    await aReceived(db)
    const auditor = await anAuditor(db)
    const ids = async (filter: Parameters<typeof allAdoptions>[2]) => (await allAdoptions(db, auditor, filter)).map((one) => one.id)
    expect(await ids({ state: 'approved' })).toEqual([adoptionId])
    expect(await ids({ cut: 'in-force' })).toEqual([adoptionId])
    expect(await ids({ cut: 'no-evidence' })).toEqual([adoptionId])
    expect((await allAdoptions(db, worker))[0]!.withoutEvidence).toEqual([approvedId])
    expect(await ids({ course: 'home-visiting' })).toEqual([])
    expect(await ids({ regionCode: 'KZ-71' })).toEqual([])
    expect(await ids({ q: 'МЕДИЦИНАЛЫҚ' })).toHaveLength(2)
    const first = await adoptionsOf(db, auditor, { limit: 1 })
    const second = await adoptionsOf(db, auditor, { limit: 1, cursor: first.cursor! })
    expect([...first.items, ...second.items].map((one) => one.id).toSorted()).toEqual((await ids({})).toSorted())
    expect(second.cursor).toBeNull()
  })
})

describe('a newer edition', () => {
  test('asks the college what it teaches in addition, with the lessons that are new and their hours', async ({ db }) => {
    const { worker, adoptionId, edition } = await anApproved(db)
    const second = await nextEdition(db, edition, new Date(Date.now() - 200 * 86_400_000))
    await db.insert(lessons).values({ editionId: second.id, id: 'imci-1-03', slug: '1-03-lesson', day: 1, position: 3, minutes: 90, kind: 'theory', titles: texts('Сабақ 3'), hash: 'x' })
    const before = await adoptionOf(db, worker, { adoptionId })
    expect(before).toMatchObject({ newer: { number: second.number }, reconfirmation: { overdue: true, answered: false } })
    expect(before.bridge).toMatchObject({ lessons: [{ id: 'imci-1-03', how: 'added', hours: { all: 4 } }], removed: [], hours: { all: 4 } })
    expect((await allAdoptions(db, worker, { cut: 'overdue' })).map((one) => one.id)).toEqual([adoptionId])

    await tell(db, worker, adoptionId, 'reconfirm', daysAgo(1), { bridge: '2-сабақ қосымша оқытылады' })
    const after = await adoptionOf(db, worker, { adoptionId })
    expect(after).toMatchObject({ state: 'reconfirm', rung: 'approved', inForce: true, reconfirmation: { overdue: false, answered: true } })
    expect(after.steps.at(-1)!.facts).toEqual({ bridge: '2-сабақ қосымша оқытылады', editionId: second.id, edition: second.number })
    expect((await allAdoptions(db, worker, { cut: 'old' })).map((one) => one.id)).toEqual([adoptionId])
  })

  test('is answered by beginning with it, but not by an invitation or by giving it up', async ({ db }) => {
    const { worker, adoptionId, collegeId, edition } = await anApproved(db)
    const second = await nextEdition(db, edition)
    const answered = async () => (await adoptionOf(db, worker, { adoptionId })).reconfirmation!.answered
    expect(await answered()).toBe(false)
    const { invited } = await inviteColleges(db, await anAdministrator(db), { collegeIds: [collegeId], editionId: second.id, on: daysAgo(3), facts: {} })
    expect(await answered()).toBe(false)
    await tell(db, worker, invited[0]!.adoptionId, 'received', daysAgo(2))
    expect(await answered()).toBe(true)
    await tell(db, worker, invited[0]!.adoptionId, 'withdrawn', daysAgo(1), { reason: 'Ескісімен оқытамыз' })
    expect(await answered()).toBe(false)
  })
})

test('whatever a college tells, what was told before stays as it was, and the state is the last step’s by direct SQL', async ({ db }) => {
  const told = fc.record({
    state: fc.constantFrom<AdoptionState>('review', 'mapped', 'approved', 'registered', 'taught', 'withdrawn', 'received'), forward: fc.boolean(), days: fc.integer({ min: -5, max: 40 }), corrects: fc.option(fc.nat(6), { freq: 3 }),
  })
  const facts = (state: AdoptionState, on: string) => ({
    invited: {}, received: {}, mapped: {}, reconfirm: {}, review: { body: 'Кеңес' }, approved, registered: { number: '7' }, withdrawn: { reason: 'Себебі бар' },
    taught: { studyYear: Number(on.slice(0, 4)) - (on.slice(5) < '08-01' ? 1 : 0), groups: 1, students: 20 },
  })[state]
  let [taken, corrected] = [0, 0]
  await fc.assert(fc.asyncProperty(fc.array(told, { minLength: 6, maxLength: 10 }), async (all) => {
    const { worker, adoptionId } = await aReceived(db, { days: 900 })
    await aProgramme(db, worker, adoptionId)
    for (const { state: any, forward, days, corrects } of all) {
      const before = await historyOf(db, adoptionId)
      const view = await adoptionOf(db, worker, { adoptionId })
      const chosen = corrects === null ? undefined : before[corrects]
      const state = chosen?.state ?? (forward ? view.next.at(0)! : any)
      const at = new Date(Date.parse(chosen?.on ?? view.since) + days * 86_400_000).toISOString().slice(0, 10)
      const done = await tell(db, worker, adoptionId, state, at, facts(state, at), chosen ? { corrects: chosen.id } : {}).catch((error: { code?: string }) => {
        if (!error.code) throw error
        return null
      })
      const after = await historyOf(db, adoptionId)
      expect(after.slice(0, before.length)).toEqual(before)
      expect(after.length).toBe(before.length + (done ? 1 : 0))
      if (done && chosen) corrected++
      else if (done) taken++
      const [last] = await rows<{ state: string }>(db, sql`select state from adoption_steps where adoption_id = ${adoptionId} and corrects_id is null order by entry_seq desc limit 1`)
      expect([stateOf(after), (await adoptionOf(db, worker, { adoptionId })).state]).toEqual([last!.state, last!.state])
    }
  }), { numRuns: 8 })
  // The histories were real ones.
  expect(taken).toBeGreaterThan(10)
  expect(corrected).toBeGreaterThan(0)
}, 120_000)
