import { z } from 'zod'
import { assessmentsOf, grantExtraTime, grantExtraTimeInput, observe, observeInput, saveAnswer, saveAnswerInput, startAttempt, stationsOf, submitAttempt } from '#modules/assessment/index.ts'
import { fullName } from '#modules/words/index.ts'
import { call } from './call.ts'

const texts = z.object({ kk: z.string(), ru: z.string(), en: z.string() })
const id = z.object({ id: z.uuid() })
const its = ['trainee', 'trainer', 'coordinator', 'administrator'] as const

const testShape = z.object({
  id: z.uuid(), name: z.string(), kind: z.enum(['pre-test', 'quiz', 'post-test']), titles: texts, opensAt: z.iso.datetime(), day: z.int().nullable(), open: z.boolean(), minutes: z.int(), extraMinutes: z.int(), items: z.int(),
  passPercent: z.int(), attemptsLeft: z.int(), retakeOn: z.iso.date().nullable(), passed: z.boolean(),
})
const listed = z.object({ id: z.string(), text: z.string() })
/** A question on its way to a trainee: there is no room here for a key. `part`: right parts count. `left`: what is to be matched with options. */
const sittingShape = z.object({
  attemptId: z.uuid(),
  closesAt: z.iso.datetime(),
  items: z.array(z.object({
    id: z.string(), kind: z.enum(['single', 'multiple', 'numeric', 'ordering', 'matching']), prompt: z.string(), part: z.boolean(),
    unit: z.string().optional(), left: z.array(listed).optional(), options: z.array(listed),
  })),
})
const sheetShape = z.object({ station: z.string(), passed: z.boolean(), observedAt: z.iso.datetime() })

export const assessmentCalls = [
  call({
    method: 'GET', path: '/cohorts/{id}/assessments', summary: 'Tests of a cohort, with what is left of one’s own attempts', who: its, params: id,
    answers: { 200: z.object({ items: z.array(testShape), cursor: z.null() }) },
    run: async ({ db, actor, params }) => {
      const tests = await assessmentsOf(db, actor, { cohortId: params.id })
      const items = tests.map(({ id, name, kind, titles, opensAt, day, open, minutes, extraMinutes, itemCount, passPercent, attemptsLeft, retakeOn, passed }) =>
        ({ id, name, kind, titles, opensAt: opensAt.toISOString(), day, open, minutes, extraMinutes, items: itemCount, passPercent, attemptsLeft, retakeOn, passed }))
      return { status: 200, json: { items, cursor: null } }
    },
  }),
  call({
    method: 'POST', path: '/assessments/{id}/attempts', summary: 'Begins an attempt, or goes on with the one that is not handed in', who: ['trainee'], params: id,
    answers: { 201: sittingShape },
    run: async ({ db, actor, params, headers, locale }) => {
      const { attemptId, closesAt, items } = await startAttempt(db, actor, { assessmentId: params.id, ...(headers.has('accept-language') ? { locale } : {}) })
      return { status: 201, json: { attemptId, closesAt: closesAt.toISOString(), items } }
    },
  }),
  call({
    method: 'PUT', path: '/attempts/{id}/answers/{itemId}', summary: 'Saves one answer; the highest sequence number wins', who: ['trainee'],
    params: z.object({ id: z.uuid(), itemId: z.string().max(100) }),
    body: saveAnswerInput.pick({ choice: true, sequence: true }),
    answers: { 200: z.object({ acknowledged: z.int() }) },
    run: async ({ db, actor, params, body }) => {
      const { acknowledged } = await saveAnswer(db, actor, { attemptId: params.id, itemId: params.itemId, ...body })
      return { status: 200, json: { acknowledged } }
    },
  }),
  call({
    method: 'POST', path: '/attempts/{id}/submission', summary: 'Hands an attempt in; again gives the same answer', who: ['trainee'], params: id,
    answers: { 200: z.object({ score: z.int(), maximum: z.int(), passed: z.boolean() }) },
    run: async ({ db, actor, params }) => {
      const { score, maximum, passed } = await submitAttempt(db, actor, { attemptId: params.id })
      return { status: 200, json: { score, maximum, passed } }
    },
  }),
  call({
    method: 'PUT', path: '/cohorts/{id}/extra-time/{personId}', summary: 'More time for one person in every test of a cohort, in percent; nought takes it back', who: ['coordinator', 'trainer'],
    params: z.object({ id: z.uuid(), personId: z.uuid() }),
    body: grantExtraTimeInput.pick({ percent: true }),
    answers: { 204: null },
    run: async ({ db, actor, params, body }) => {
      await grantExtraTime(db, actor, { cohortId: params.id, personId: params.personId, ...body })
      return { status: 204 }
    },
  }),
  call({
    method: 'GET', path: '/cohorts/{id}/stations', summary: 'Skills stations with their steps, everyone’s latest result and confirmed cases; a trainee gets their own line', who: its, params: id,
    answers: {
      200: z.object({
        stations: z.array(z.object({ station: z.string(), titles: texts, day: z.int(), minutes: z.int(), passPercent: z.int(), steps: z.array(z.object({ id: z.string(), critical: z.boolean(), text: texts })) })),
        items: z.array(z.object({ personId: z.uuid(), name: z.string(), observations: z.array(sheetShape), cases: z.int(), youngInfants: z.int() })),
        cursor: z.null(),
      }),
    },
    run: async ({ db, actor, params }) => {
      const { stations, people } = await stationsOf(db, actor, { cohortId: params.id })
      return {
        status: 200,
        json: {
          stations: stations.map(({ station, body: { titles, day, minutes, passPercent, steps } }) => ({ station, titles, day, minutes, passPercent, steps: steps.map(({ id, critical, text }) => ({ id, critical, text })) })),
          items: people.map((person) => ({
            personId: person.personId, name: fullName(person), cases: person.practice.cases, youngInfants: person.practice.youngInfants,
            observations: Object.entries(person.sheets).map(([station, { passed, observedAt }]) => ({ station, passed, observedAt: observedAt.toISOString() })),
          })),
          cursor: null,
        },
      }
    },
  }),
  call({
    method: 'PUT', path: '/cohorts/{id}/stations/{station}/observations/{personId}', summary: 'A trainer’s filled checklist: every step of the station, done or not', who: ['trainer'],
    params: z.object({ id: z.uuid(), station: z.string().max(100), personId: z.uuid() }),
    body: observeInput.pick({ steps: true, remark: true, role: true, sheetId: true, seen: true }),
    answers: { 204: null },
    run: async ({ db, actor, params, body }) => {
      await observe(db, actor, { cohortId: params.id, station: params.station, personId: params.personId, ...body })
      return { status: 204 }
    },
  }),
]
