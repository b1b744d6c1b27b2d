import { z } from 'zod'
import { attendanceMarks, checkInSelf, checkInSelfInput, reopenAttendance, reopenAttendanceInput } from '#modules/attendance/index.ts'
import { demandReopenable } from '#modules/certificates/index.ts'
import { call } from './call.ts'

const id = z.object({ id: z.uuid() })
const half = z.enum(['am', 'pm'])
const mark = z.enum(['present', 'late', 'excused', 'absent'])

export const attendanceCalls = [
  call({
    method: 'GET', path: '/cohorts/{id}/attendance', summary: 'The marks of a cohort as they stand; `at` is the moment of marking', who: ['coordinator', 'trainer'], params: id,
    answers: { 200: z.object({ marks: z.array(z.object({ personId: z.uuid(), date: z.iso.date(), half, mark, source: z.enum(['sheet', 'self']), at: z.iso.datetime() })) }) },
    async run({ db, actor, params }) {
      const marks = await attendanceMarks(db, actor, { cohortId: params.id })
      return { status: 200, json: { marks: marks.map((one) => ({ personId: one.personId, date: one.date, half: one.half, mark: one.mark, source: one.source, at: one.at.toISOString() })) } }
    },
  }),
  call({
    method: 'POST', path: '/cohorts/{id}/attendance/reopening', summary: 'Open a closed attendance sheet again, for a reason, while no certificate of the cohort was issued', who: ['coordinator'], params: id,
    body: reopenAttendanceInput.pick({ reason: true }), answers: { 200: z.object({ id: z.uuid() }) },
    run: async ({ db, actor, params, body }) => ({ status: 200, json: await reopenAttendance(db, actor, { cohortId: params.id, reason: body.reason }, demandReopenable) }),
  }),
  call({
    method: 'POST', path: '/check-ins', summary: 'Mark oneself at the half-day that it is now, with the code from the trainer’s screen; a mark that stands is answered and not changed', who: ['signed-in'],
    body: checkInSelfInput, answers: { 200: z.object({ cohortId: z.uuid(), date: z.iso.date(), half, mark, mine: z.boolean() }) },
    async run({ db, actor, body }) {
      const done = await checkInSelf(db, actor, body)
      return { status: 200, json: { cohortId: done.cohortId, date: done.date, half: done.half, mark: done.mark, mine: done.mine } }
    },
  }),
]
