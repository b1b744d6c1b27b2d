import { z } from 'zod'
import {
  batchesOf, batchOf, type BatchView, handOverBatch, issueCertificates, issueCertificatesInput, planIssue, planIssueInput, planOf, startIssue, takeBackBatch, takeBackBatchInput,
} from '#modules/certificates/index.ts'
import { call } from './call.ts'

const id = z.object({ id: z.uuid() })
const byPlan = z.object({ plan: z.uuid() })
const byBatch = z.object({ batch: z.uuid() })
const refused = z.array(z.object({ personId: z.uuid(), codes: z.array(z.string()).describe('names of the rules, as in `/cohorts/{id}/eligibility`') }))

const planShape = z.object({
  planId: z.uuid(), wish: z.enum(['main', 'attendance']), kind: z.string(), toIssue: z.int(), refused: z.int(),
  people: z.array(z.object({ personId: z.uuid(), kind: z.string().nullable().describe('what would be issued; null for nothing'), codes: z.array(z.string()), held: z.boolean().describe('holds one already') })),
  samples: z.array(z.string()).describe('addresses of specimens: drawn, marked as such, never kept'),
  stopped: z.boolean().describe('all issuing is stopped'),
})

type Planned = Awaited<ReturnType<typeof planIssue>>
const planned = (plan: Planned, cohortId: string, locale: string): z.infer<typeof planShape> => ({
  planId: plan.planId, wish: plan.decided.wish, kind: plan.preview.kind.kind, toIssue: plan.toIssue, refused: plan.refused,
  people: plan.decided.people.map(({ personId, kind, codes, held }) => ({ personId, kind, codes, held: held !== null })),
  samples: plan.samples.map((person) => `/${locale}/centre/cohorts/${cohortId}/certificates/plan/${plan.planId}/specimen.pdf?person=${person}`),
  stopped: plan.preview.stopped,
})

const batchShape = z.object({
  batchId: z.uuid(), cohort: z.uuid(), state: z.enum(['under-way', 'waits', 'handed-over', 'taken-back']), planned: z.int(), done: z.int(),
  issuedAt: z.iso.datetime(), handOverAt: z.iso.datetime().nullable().describe('when the holders are told; null while the run is under way'), handedOverAt: z.iso.datetime().nullable(),
  takenBackAt: z.iso.datetime().nullable(), reason: z.string().nullable(),
  certificates: z.array(z.object({ personId: z.uuid(), serial: z.string(), code: z.string(), kind: z.string() })), refused,
})

const batch = (one: BatchView): z.infer<typeof batchShape> => ({
  batchId: one.id, cohort: one.cohortId, state: one.state, planned: one.planned, done: one.done, issuedAt: one.issuedAt.toISOString(),
  handOverAt: one.state === 'under-way' ? null : one.handOverAt.toISOString(), handedOverAt: one.handedOverAt?.toISOString() ?? null, takenBackAt: one.takenBackAt?.toISOString() ?? null, reason: one.reason,
  certificates: one.certificates.map(({ personId, serial, code, kind }) => ({ personId, serial, code, kind })),
  refused: one.refused.map(({ personId, codes }) => ({ personId, codes })),
})

/** Planning, issuing, handing over and taking back. */
export const issuingCalls = [
  call({
    method: 'POST', path: '/cohorts/{id}/plans', summary: 'Plan an issue: who would get which certificate, and who is refused why. Issuing by the plan does exactly that or nothing', who: ['coordinator'], params: id,
    body: planIssueInput.pick({ personIds: true, wish: true }), answers: { 201: planShape },
    async run({ db, actor, params, body, locale }) {
      return { status: 201, json: planned(await planIssue(db, actor, { cohortId: params.id, ...body }), params.id, locale) }
    },
  }),
  call({
    method: 'GET', path: '/plans/{plan}', summary: 'A plan as it was made, what has changed since, and the batch it became', who: ['coordinator'], params: byPlan,
    answers: { 200: planShape.extend({ batchId: z.uuid().nullable(), changes: z.array(z.object({ personId: z.uuid(), change: z.enum(['no-longer', 'now-too', 'other-kind', 'other-reason', 'gone', 'come']) })) }) },
    async run({ db, actor, params, locale }) {
      const plan = await planOf(db, actor, { planId: params.plan })
      return { status: 200, json: { ...planned(plan, plan.cohortId, locale), batchId: plan.batchId, changes: plan.changes.map(({ personId, change }) => ({ personId, change })) } }
    },
  }),
  call({
    method: 'POST', path: '/plans/{plan}/run', summary: 'Issue by a plan in the background: answers the batch, which tells how far it has come', who: ['coordinator'], params: byPlan, answers: { 202: z.object({ batchId: z.uuid().nullable() }) },
    async run({ db, actor, params }) {
      const { batchId } = await startIssue(db, actor, { planId: params.plan })
      return { status: 202, json: { batchId } }
    },
  }),
  call({
    method: 'POST', path: '/cohorts/{id}/certificates', summary: 'Issue certificates to everybody eligible in a cohort, or to those named, or by a plan; asked again, the same serials', who: ['coordinator'], params: id,
    body: issueCertificatesInput.pick({ personIds: true, wish: true, planId: true }),
    answers: { 200: z.object({
      issued: z.array(z.object({ personId: z.uuid(), serial: z.string(), code: z.string() })),
      refused,
      batchId: z.uuid().nullable().describe('what was issued together; its holders are told when it is handed over. Null when nothing was issued'),
    }) },
    async run({ db, actor, params, body }) {
      const { issued, refused, batchId = null } = await issueCertificates(db, actor, { cohortId: params.id, ...body })
      return { status: 200, json: { issued: issued.map(({ personId, serial, code }) => ({ personId, serial, code })), refused, batchId } }
    },
  }),
  call({
    method: 'GET', path: '/cohorts/{id}/batches', summary: 'Certificates of a cohort as they were issued together, the latest first', who: ['coordinator'], params: id, answers: { 200: z.object({ items: z.array(batchShape), cursor: z.null() }) },
    run: async ({ db, actor, params }) => ({ status: 200, json: { items: (await batchesOf(db, actor, { cohortId: params.id })).map(batch), cursor: null } }),
  }),
  call({
    method: 'GET', path: '/batches/{batch}', summary: 'One batch: how far its run has come, when its holders are told', who: ['coordinator'], params: byBatch, answers: { 200: batchShape },
    run: async ({ db, actor, params }) => ({ status: 200, json: batch(await batchOf(db, actor, { batchId: params.batch })) }),
  }),
  call({
    method: 'POST', path: '/batches/{batch}/hand-over', summary: 'Tell the holders of a batch now; from then on it can’t be taken back', who: ['coordinator'], params: byBatch, answers: { 200: z.object({ batchId: z.uuid(), handedOverAt: z.iso.datetime() }) },
    async run({ db, actor, params }) {
      const { batchId, handedOverAt } = await handOverBatch(db, actor, { batchId: params.batch })
      return { status: 200, json: { batchId, handedOverAt: handedOverAt.toISOString() } }
    },
  }),
  call({
    method: 'POST', path: '/batches/{batch}/take-back', summary: 'Take a whole batch back before its holders were told, for a reason that everybody will read', who: ['coordinator'], params: byBatch,
    body: takeBackBatchInput.pick({ reason: true }), answers: { 200: z.object({ batchId: z.uuid(), serials: z.array(z.string()) }) },
    run: async ({ db, actor, params, body }) => ({ status: 200, json: await takeBackBatch(db, actor, { batchId: params.batch, reason: body.reason }) }),
  }),
]
