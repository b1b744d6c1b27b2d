import { z } from 'zod'
import { closeAttendance, markAttendance, markAttendanceInput, sealAttendance } from '#modules/attendance/index.ts'
import {
  acceptOffer, changeCapacity, changeCapacityInput, changeState, changeStateInput, cohortOf, type CohortView, declineOffer, enrol, enrolmentsInput, enrolmentsOf,
  listCohorts, listCohortsInput, withdraw,
} from '#modules/cohorts/index.ts'
import { calendarOf, centreCalendar, conflictCodes, personCalendar, personCalendarInput, previewPlan, previewPlanInput, sayConflict, scheduleCohort, scheduleCohortInput } from '#modules/timetable/index.ts'
import { isLocale, locales } from '#modules/words/index.ts'
import { parse } from '#src/parse.ts'
import { call } from './call.ts'

const cohortShape = z.object({
  id: z.uuid(), course: z.string(), edition: z.int(), centre: z.uuid(), room: z.string(), language: z.enum(locales),
  startsOn: z.iso.date(), endsOn: z.iso.date(), capacity: z.int(), enrolled: z.int(), queued: z.int(), state: z.enum(['draft', 'open', 'running', 'closed', 'cancelled']),
})

/** What everybody may know of a cohort; field by field, so that a new column stays inside. */
const shown = (one: CohortView): z.infer<typeof cohortShape> => ({
  id: one.id, course: one.course, edition: one.edition, centre: one.centre, room: one.room, language: one.language,
  startsOn: one.startsOn, endsOn: one.endsOn, capacity: one.capacity, enrolled: one.enrolled, queued: one.queued, state: one.state,
})

const id = z.object({ id: z.uuid() })
const placeShape = z.union([z.object({ state: z.literal('enrolled'), seat: z.int() }), z.object({ state: z.literal('queued'), place: z.int() })])
const { centreId, roomId, ...plan } = scheduleCohortInput.shape
const newCohort = z.object({ ...plan, centre: centreId, room: roomId })
const marks = markAttendanceInput.shape.marks
/** `facts` as the sentence `detail` tells them; `trainer` among them is a person’s id. */
const conflictShape = z.object({ code: z.enum(conflictCodes), hard: z.boolean(), facts: z.record(z.string(), z.union([z.string(), z.number()])), detail: z.string() })

const icalendar = (text: string, name: string) => ({
  status: 200, file: new TextEncoder().encode(text), type: 'text/calendar; charset=utf-8', headers: { 'Content-Disposition': `attachment; filename="${name}.ics"` },
})

export const cohortCalls = [
  call({
    method: 'GET', path: '/cohorts', summary: 'Cohorts, by their first day', who: ['anyone'],
    query: listCohortsInput, answers: { 200: z.object({ items: z.array(cohortShape), cursor: z.string().nullable() }) },
    async run({ db, actor, query }) {
      const { items, cursor } = await listCohorts(db, actor, query)
      return { status: 200, json: { items: items.map(shown), cursor } }
    },
  }),
  call({
    method: 'GET', path: '/cohorts/{id}', summary: 'One cohort', who: ['anyone'], params: id, answers: { 200: cohortShape },
    run: async ({ db, actor, params }) => ({ status: 200, json: shown(await cohortOf(db, actor, { cohortId: params.id })) }),
  }),
  call({
    method: 'POST', path: '/cohorts', summary: 'Schedule a cohort, as a draft', who: ['coordinator'], body: newCohort, answers: { 201: cohortShape },
    async run({ db, actor, body: { centre, room, ...rest } }) {
      const { id: cohortId } = await scheduleCohort(db, actor, parse(scheduleCohortInput, { ...rest, centreId: centre, roomId: room }))
      return { status: 201, json: shown(await cohortOf(db, actor, { cohortId })), headers: { Location: `/api/v1/cohorts/${cohortId}` } }
    },
  }),
  call({
    method: 'POST', path: '/cohorts/conflicts', summary: 'What stands against a plan, before anything is saved: hard conflicts, which refuse it, and those that need a reason', who: ['coordinator'],
    body: newCohort.omit({ checkConflicts: true, reason: true }), answers: { 200: z.object({ conflicts: z.array(conflictShape) }) },
    async run({ db, actor, body: { centre, room, ...rest }, locale }) {
      const conflicts = await previewPlan(db, actor, parse(previewPlanInput, { ...rest, centreId: centre, roomId: room }))
      return { status: 200, json: { conflicts: conflicts.map((one) => ({ code: one.code, hard: one.hard, facts: one.facts, detail: sayConflict(locale, one) })) } }
    },
  }),
  call({
    method: 'POST', path: '/cohorts/{id}/state', summary: 'Move a cohort to another state', who: ['coordinator'], params: id, body: changeStateInput.pick({ to: true, reason: true }), answers: { 200: cohortShape },
    async run({ db, actor, params, body }) {
      await changeState(db, actor, { cohortId: params.id, ...body }, sealAttendance)
      return { status: 200, json: shown(await cohortOf(db, actor, { cohortId: params.id })) }
    },
  }),
  call({
    method: 'PUT', path: '/cohorts/{id}/capacity', summary: 'Change the number of seats; the queue moves up', who: ['coordinator'], params: id, body: changeCapacityInput.pick({ capacity: true }), answers: { 200: cohortShape },
    async run({ db, actor, params, body }) {
      await changeCapacity(db, actor, { cohortId: params.id, capacity: body.capacity })
      return { status: 200, json: shown(await cohortOf(db, actor, { cohortId: params.id })) }
    },
  }),
  call({
    method: 'GET', path: '/cohorts/{id}/enrolments', summary: 'People in a cohort: by seat, then the queue by place', who: ['coordinator', 'trainer'], params: id,
    query: enrolmentsInput.pick({ limit: true, cursor: true }),
    answers: { 200: z.object({ items: z.array(z.object({ personId: z.uuid(), name: z.string(), state: z.enum(['enrolled', 'offered', 'queued']), seat: z.int().optional(), place: z.int().optional() })), cursor: z.int().nullable() }) },
    async run({ db, actor, params, query }) {
      const { items, cursor } = await enrolmentsOf(db, actor, { cohortId: params.id, ...query })
      const people = items.map(({ personId, name, state, seat, place }) => ({ personId, name, state, ...(seat === null ? {} : { seat }), ...(place === null ? {} : { place }) }))
      return { status: 200, json: { items: people, cursor } }
    },
  }),
  call({
    method: 'POST', path: '/cohorts/{id}/enrolments', summary: 'Take a seat or a place in the queue, for oneself or, as a coordinator, for somebody', who: ['trainee', 'coordinator'], params: id,
    body: z.object({ personId: z.uuid().optional() }), answers: { 201: placeShape, 202: placeShape },
    async run({ db, actor, params, body }) {
      const place = await enrol(db, actor, { cohortId: params.id, personId: body.personId ?? actor.personId! })
      return { status: place.state === 'enrolled' ? 201 : 202, json: place }
    },
  }),
  call({
    method: 'DELETE', path: '/cohorts/{id}/enrolments/{personId}', summary: 'Give up a seat or a place in the queue; the first in the queue moves up', who: ['signed-in'],
    params: z.object({ id: z.uuid(), personId: z.union([z.uuid(), z.literal('me')]) }), answers: { 204: null },
    async run({ db, actor, params }) {
      await withdraw(db, actor, { cohortId: params.id, personId: params.personId === 'me' ? actor.personId! : params.personId })
      return { status: 204 }
    },
  }),
  call({
    method: 'POST', path: '/cohorts/{id}/offer', summary: 'Accept or decline the seat that is offered to you or, as a coordinator, to somebody', who: ['signed-in'], params: id,
    body: z.object({ answer: z.enum(['accept', 'decline']), personId: z.uuid().optional(), reason: z.string().trim().max(500).optional() }), answers: { 200: placeShape, 204: null },
    async run({ db, actor, params, body: { answer, personId = actor.personId!, reason } }) {
      if (answer === 'accept') return { status: 200, json: await acceptOffer(db, actor, { cohortId: params.id, personId }) }
      await declineOffer(db, actor, { cohortId: params.id, personId, reason })
      return { status: 204 }
    },
  }),
  call({
    method: 'GET', path: '/cohorts/{id}/calendar.ics', summary: 'The cohort as iCalendar', who: ['anyone'], params: id, query: z.object({ locale: z.enum(locales).optional() }), answers: { 200: 'text/calendar' },
    async run({ db, actor, params, query, locale, environment }) {
      const text = await calendarOf(db, actor, { cohortId: params.id, locale: isLocale(query.locale) ? query.locale : locale, origin: environment.origin })
      return icalendar(text, `besik-${params.id}`)
    },
  }),
  call({
    method: 'GET', path: '/centres/{id}/calendar.ics', summary: 'The cohorts of a centre as iCalendar, to subscribe to', who: ['anyone'], params: id, query: z.object({ locale: z.enum(locales).optional() }), answers: { 200: 'text/calendar' },
    run: async ({ db, params, query, locale, environment }) => icalendar(await centreCalendar(db, { centreId: params.id, locale: query.locale ?? locale, origin: environment.origin }), `besik-${params.id}`),
  }),
  call({
    method: 'GET', path: '/calendars/{personId}/{secret}', summary: 'One’s own calendar as iCalendar, at a secret address that its owner can renew', who: ['anyone'], params: personCalendarInput, answers: { 200: 'text/calendar' },
    run: async ({ db, params, environment }) => icalendar(await personCalendar(db, { ...params, origin: environment.origin }), 'besik'),
  }),
  call({
    method: 'PUT', path: '/cohorts/{id}/attendance', summary: 'Mark half-days: all of them or none. `mark` null takes one back; `at` is the moment of marking on a device that was offline: of two marks the later stands', who: ['coordinator', 'trainer'], params: id, body: marks, answers: { 204: null },
    async run({ db, actor, params, body }) {
      await markAttendance(db, actor, { cohortId: params.id, marks: body })
      return { status: 204 }
    },
  }),
  call({
    method: 'POST', path: '/cohorts/{id}/attendance/closure', summary: 'Close the attendance sheet of a running cohort', who: ['coordinator'], params: id,
    answers: { 200: z.object({ marks: z.int(), digest: z.string() }) },
    run: async ({ db, actor, params }) => ({ status: 200, json: await closeAttendance(db, actor, { cohortId: params.id }) }),
  }),
]
