import { z } from 'zod'
import {
  changeCase, changeCaseInput, comparisonOf, confirmCases, confirmCasesInput, logbookOf, logCase, logCaseInput, withdrawCase,
} from '#modules/assessment/index.ts'
import { fullName } from '#modules/words/index.ts'
import { call } from './call.ts'

const texts = z.object({ kk: z.string(), ru: z.string(), en: z.string() })
const id = z.object({ id: z.uuid() })
const its = ['trainee', 'trainer', 'coordinator', 'administrator'] as const

/** A case of clinical practice: nothing here by which a patient could be known. */
const caseShape = z.object({
  caseId: z.uuid(), date: z.iso.date(), ageGroup: z.enum(['child', 'young-infant', 'not-recorded']), setting: z.enum(['outpatient', 'inpatient', 'home', 'simulation', 'not-recorded']),
  visit: z.enum(['antenatal', 'newborn', 'routine', 'unscheduled']).nullable(),
  edition: z.string().nullable(), signs: z.array(z.string()), classifications: z.array(z.string()), recordedAt: z.iso.datetime(), confirmedAt: z.iso.datetime().nullable(),
})
const practiceShape = z.object({ cases: z.int(), youngInfants: z.int(), simulated: z.int(), waiting: z.int() })
const interval = z.object({ from: z.number(), to: z.number() }).nullable()

export const practiceCalls = [
  call({
    method: 'GET', path: '/cohorts/{id}/logbook', summary: 'Practice logbooks of a cohort, the newest case first; a trainee gets their own', who: its, params: id,
    answers: { 200: z.object({ items: z.array(z.object({ personId: z.uuid(), name: z.string(), practice: practiceShape, cases: z.array(caseShape) })), cursor: z.null() }) },
    run: async ({ db, actor, params }) => {
      const { people } = await logbookOf(db, actor, { cohortId: params.id })
      const items = people.map((person) => ({
        personId: person.personId, name: fullName(person), practice: person.practice,
        cases: person.written.map(({ caseId, date, ageGroup, setting, visit, edition, signs, classifications, recordedAt, confirmedAt }) =>
          ({ caseId, date, ageGroup, setting, visit, edition, signs, classifications, recordedAt: recordedAt.toISOString(), confirmedAt: confirmedAt?.toISOString() ?? null })),
      }))
      return { status: 200, json: { items, cursor: null } }
    },
  }),
  call({
    method: 'POST', path: '/cohorts/{id}/logbook', summary: 'Writes one case down: one’s own, or, as a trainer, somebody’s, which is confirmed by that', who: ['trainee', 'trainer'], params: id,
    body: logCaseInput.omit({ cohortId: true }),
    answers: { 201: z.object({ caseId: z.uuid(), confirmed: z.boolean() }) },
    run: async ({ db, actor, params, body }) => {
      const { caseId, confirmed } = await logCase(db, actor, { cohortId: params.id, ...body })
      return { status: 201, json: { caseId, confirmed } }
    },
  }),
  call({
    method: 'PUT', path: '/logbook/{id}', summary: 'Corrects a case that is not confirmed', who: ['trainee', 'trainer'], params: id,
    body: changeCaseInput.omit({ caseId: true }),
    answers: { 204: null },
    run: async ({ db, actor, params, body }) => {
      await changeCase(db, actor, { caseId: params.id, ...body })
      return { status: 204 }
    },
  }),
  call({
    method: 'DELETE', path: '/logbook/{id}', summary: 'Takes a case back that is not confirmed', who: ['trainee', 'trainer'], params: id,
    answers: { 204: null },
    run: async ({ db, actor, params }) => {
      await withdrawCase(db, actor, { caseId: params.id })
      return { status: 204 }
    },
  }),
  call({
    method: 'POST', path: '/cohorts/{id}/logbook/confirmations', summary: 'Confirms cases as they were shown, all or none; they are final from then on', who: ['trainer'], params: id,
    body: confirmCasesInput.pick({ cases: true }),
    answers: { 200: z.object({ confirmed: z.int() }) },
    run: async ({ db, actor, params, body }) => {
      const { confirmed } = await confirmCases(db, actor, { cohortId: params.id, cases: body.cases })
      return { status: 200, json: { confirmed } }
    },
  }),
  call({
    method: 'GET', path: '/cohorts/{id}/agreement', summary: 'How far two observers agree at each station: Cohen’s kappa over steps, with the number of judgements', who: ['trainer', 'coordinator', 'administrator'], params: id,
    answers: {
      200: z.object({
        items: z.array(z.object({
          station: z.string(), titles: texts, people: z.int(), judgements: z.int(), observed: z.number().nullable(), kappa: z.number().nullable(), interval, adjusted: z.number().nullable(),
          enough: z.boolean(), differing: z.array(z.object({ step: z.string(), n: z.int() })),
        })),
        cursor: z.null(),
      }),
    },
    run: async ({ db, actor, params }) => {
      const { stations } = await comparisonOf(db, actor, { cohortId: params.id })
      const items = stations.map(({ station, body, comparison: { people, agreement: { n, observed, kappa, interval: around, adjusted }, enough, differing } }) =>
        ({ station, titles: body.titles, people, judgements: n, observed, kappa, interval: around, adjusted, enough, differing }))
      return { status: 200, json: { items, cursor: null } }
    },
  }),
]
