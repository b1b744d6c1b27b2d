import { z } from 'zod'
import { recordFollowup, visitShape } from '#modules/followup/index.ts'
import { call } from './call.ts'

export const followupCalls = [
  call({
    method: 'PUT',
    path: '/cohorts/{id}/follow-ups/{personId}',
    who: ['trainer', 'coordinator'],
    params: z.object({ id: z.uuid(), personId: z.uuid() }),
    summary: 'Records the follow-up visit to a trainee at work; the same form sent again (by its clientId) is the same visit',
    body: visitShape,
    answers: { 204: null },
    run: async ({ db, actor, params, body }) => {
      await recordFollowup(db, actor, { cohortId: params.id, personId: params.personId, ...body })
      return { status: 204 }
    },
  }),
]
