import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { followups, notices } from '#db/schema/index.ts'
import { assignSupervisor, followupOf, recordFollowup, visitForm } from '#modules/followup/index.ts'
import { unseal } from '#modules/keys/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { anEdition } from '#tests/factories.ts'
import { aFinishedClass, aVisit } from './cast.ts'

const guidelines = { home: 'home-visitor-modules', triage: 'who-etat-2016' } as const
const yes = (form: readonly { id: string }[]) => Object.fromEntries(form.map(({ id }) => [id, true]))

/** A finished class of a course that practises visits at home, or triage, and a whole form of a visit to its person. */
async function aClassOf(db: Db, kind: 'home' | 'triage') {
  const names = { kk: 'x', ru: 'x', en: 'x' }
  const edition = await anEdition(db)
  const { id: editionId } = await anEdition(db, { outline: { ...edition.outline, guidelines: [{ id: guidelines[kind], year: 2016, titles: names }] } })
  const made = await aFinishedClass(db, 1, { editionId })
  const { performance, caregiver, support } = visitForm(kind)
  const chosen = kind === 'home' ? ['level-progressive'] : ['priority']
  const form = aVisit({ cohortId: made.cohortId, personId: made.personId }, { trainee: chosen, supervisor: chosen, performance: yes(performance), caregiver: yes(caregiver), support: yes(support), ...(kind === 'home' ? { visit: 'routine' as const } : {}) })
  return { ...made, form }
}
const observedOf = async (db: Db, { cohortId, personId }: { cohortId: string; personId: string }) =>
  (await db.select().from(followups).where(and(eq(followups.cohortId, cohortId), eq(followups.personId, personId))))[0]!.observed

describe('what is observed fits the course', () => {
  test('a home visit: which visit, the level of service that both chose, the form and its version', async ({ db }) => {
    const { form, trainer } = await aClassOf(db, 'home')
    expect(await recordFollowup(db, trainer, { ...form, supervisor: ['level-multidisciplinary'] })).toEqual({ agreed: false })
    expect(await observedOf(db, form)).toMatchObject({ form: 'home', version: 1, edition: 'home-visit-1', visit: 'routine', ageGroup: 'child', trainee: ['level-progressive'], supervisor: ['level-multidisciplinary'] })
  })

  test('an antenatal visit has no child whose age could be told', async ({ db }) => {
    const { form, trainer } = await aClassOf(db, 'home')
    await expect(recordFollowup(db, trainer, { ...form, visit: 'antenatal' })).rejects.toMatchObject({ code: 'followup.visit' })
    await expect(recordFollowup(db, trainer, { ...form, ageGroup: 'not-recorded' })).rejects.toMatchObject({ code: 'followup.visit' })
    expect(await recordFollowup(db, trainer, { ...form, visit: 'antenatal', ageGroup: 'not-recorded' })).toEqual({ agreed: true })
    expect(await observedOf(db, form)).toMatchObject({ visit: 'antenatal', ageGroup: 'not-recorded' })
  })

  test('an emergency: the category that both chose, one each', async ({ db }) => {
    const { form, trainer } = await aClassOf(db, 'triage')
    await expect(recordFollowup(db, trainer, { ...form, trainee: ['priority', 'emergency'] })).rejects.toMatchObject({ code: 'followup.classification' })
    expect(await recordFollowup(db, trainer, { ...form, trainee: [] })).toEqual({ agreed: false })
    expect(await observedOf(db, form)).toMatchObject({ form: 'triage', edition: 'who-etat-2016', visit: null, trainee: [], supervisor: ['priority'] })
  })

  test.for([
    ['home', 'a classification of the chart', { trainee: ['RESP-2'], supervisor: ['RESP-2'] }, 'followup.classification'],
    ['home', 'no kind of visit', { visit: undefined }, 'followup.visit'],
    ['home', 'the lines of another course', { performance: yes(visitForm('chart').performance) }, 'followup.items'],
    ['triage', 'a classification of the chart', { supervisor: ['RESP-2'] }, 'followup.classification'],
    ['triage', 'a visit to a family', { visit: 'newborn' }, 'followup.visit'],
    ['triage', 'no child', { ageGroup: 'not-recorded' }, 'followup.visit'],
  ] as const)('a course of %s does not take %s', async ([kind, , values, code], { db }) => {
    const { form, trainer } = await aClassOf(db, kind)
    await expect(recordFollowup(db, trainer, { ...form, ...values } as never)).rejects.toMatchObject({ code })
    expect(await observedOf(db, form)).toBeNull()
  })

  test('a record from before there were several forms reads as one of the first', async ({ db }) => {
    const { cohortId, personId, trainer } = await aFinishedClass(db, 1)
    const form = aVisit({ cohortId, personId })
    await recordFollowup(db, trainer, form)
    const { form: _, version: __, visit: ___, ...old } = (await observedOf(db, form))!
    await db.update(followups).set({ observed: old }).where(eq(followups.personId, personId))
    expect((await followupOf(db, trainer, form)).observed).toMatchObject({ form: 'chart', version: 1, visit: null, trainee: ['RESP-2'] })
    // And the form that was sent then is still the same visit.
    expect(await recordFollowup(db, trainer, form)).toEqual({ agreed: true })
  })
})

describe('a supervisor is told', () => {
  const letters = async (db: Db) => (await db.select().from(notices)).map((one) => ({ to: one.personId, kind: one.kind, subject: one.subject, body: unseal(Buffer.from(one.body, 'base64'), `notices|body|${one.id}`).toString() }))

  test('once of all visits given at a time, with the first day due, and without the names of those visited', async ({ db }) => {
    const { cohortId, ids, coordinator, trainer } = await aFinishedClass(db, 2)
    const visits = ids.map((personId) => ({ cohortId, personId }))
    await assignSupervisor(db, coordinator, { visits, supervisorId: trainer.personId! })
    const [letter, ...more] = await letters(db)
    expect(more).toEqual([])
    expect(letter).toMatchObject({ to: trainer.personId, kind: 'followup.assigned', subject: expect.stringContaining('2') })
    expect(letter!.body).toContain(`/centre/follow-up?supervisor=${trainer.personId}`)
    expect(letter!.body).not.toMatch(new RegExp(ids.join('|')))
  })

  test('not again of what is theirs already, nor of what they took themselves, nor when visits are taken back', async ({ db }) => {
    const { cohortId, ids, coordinator, trainer } = await aFinishedClass(db, 1)
    const visits = [{ cohortId, personId: ids[0]! }]
    await assignSupervisor(db, coordinator, { visits, supervisorId: trainer.personId! })
    await assignSupervisor(db, coordinator, { visits, supervisorId: trainer.personId! })
    await assignSupervisor(db, coordinator, { visits, supervisorId: coordinator.personId! })
    await assignSupervisor(db, coordinator, { visits })
    expect((await letters(db)).map((one) => one.to)).toEqual([trainer.personId])
  })
})
