import { z } from 'zod'
import { accreditationsOf, accreditationState, centre, type Centre, centres, colleges, facilities, regions } from '#modules/places/index.ts'
import { found } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { call } from './call.ts'

const texts = z.object({ kk: z.string(), ru: z.string(), en: z.string() })
const regionCode = z.string().regex(/^KZ-\d{2}$/)
const centreShape = z.object({
  id: z.uuid(), names: texts, cities: texts, region: regionCode, timeZone: z.string(), rooms: z.array(z.object({ id: z.uuid(), name: z.string(), capacity: z.int() })),
})

/** What everybody may know of a centre, field by field. */
const shown = (one: Centre): z.infer<typeof centreShape> => ({
  id: one.id, names: one.names, cities: one.cities, region: one.regionCode, timeZone: one.timeZone, rooms: one.rooms.map(({ id, name, capacity }) => ({ id, name, capacity })),
})

const inRegion = z.object({ region: regionCode.optional() })

export const placeCalls = [
  call({
    method: 'GET', path: '/centres', summary: 'Resource centres with their rooms', who: ['anyone'], query: inRegion, cache: 'max-age=60',
    answers: { 200: z.object({ items: z.array(centreShape), cursor: z.null() }) },
    run: async ({ db, query }) => ({ status: 200, json: { items: (await centres(db, { regionCode: query.region })).map(shown), cursor: null } }),
  }),
  call({
    method: 'GET', path: '/centres/{id}/accreditations', summary: 'Every accreditation a centre has had, newest first, with what it is worth today', who: ['anyone'], params: z.object({ id: z.uuid() }), cache: 'max-age=60',
    answers: {
      200: z.object({
        items: z.array(z.object({ id: z.uuid(), body: texts, number: z.string(), validFrom: z.iso.date(), validUntil: z.iso.date().nullable(), withdrawnOn: z.iso.date().nullable(), state: z.enum(['valid', 'coming', 'ended', 'withdrawn']) })),
        cursor: z.null(),
      }),
    },
    async run({ db, params }) {
      const { id, timeZone } = found(await centre(db, params.id))
      const today = dayOf(new Date(), timeZone)
      const items = (await accreditationsOf(db, id)).map((one) => ({
        id: one.id, body: one.body, number: one.number, validFrom: one.validFrom, validUntil: one.validUntil, withdrawnOn: one.withdrawnOn, state: accreditationState(one, today),
      }))
      return { status: 200, json: { items, cursor: null } }
    },
  }),
  call({
    method: 'GET', path: '/regions', summary: 'The 20 regions with their codes, names, and where each came from', who: ['anyone'], cache: 'max-age=3600',
    answers: { 200: z.object({ items: z.array(z.object({ code: regionCode, kato: z.string(), names: texts, capitals: texts.nullable(), validFrom: z.iso.date(), validUntil: z.iso.date().nullable(), predecessor: regionCode.nullable() })), cursor: z.null() }) },
    async run({ db }) {
      const items = (await regions(db)).map((one) => ({ code: one.code, kato: one.kato, names: one.names, capitals: one.capitals, validFrom: one.validFrom, validUntil: one.validUntil, predecessor: one.predecessorCode }))
      return { status: 200, json: { items, cursor: null } }
    },
  }),
  call({
    method: 'GET', path: '/facilities', summary: 'Facilities where trainees work', who: ['coordinator', 'administrator'], query: inRegion,
    answers: { 200: z.object({ items: z.array(z.object({ id: z.uuid(), names: texts, region: regionCode, kind: z.string(), rural: z.boolean(), private: z.boolean(), healthyBabyRoom: z.boolean() })), cursor: z.null() }) },
    async run({ db, query }) {
      const items = (await facilities(db, { regionCode: query.region })).map((one) => ({ id: one.id, names: one.names, region: one.regionCode, kind: one.kind, rural: one.rural, private: one.private, healthyBabyRoom: one.healthyBabyRoom }))
      return { status: 200, json: { items, cursor: null } }
    },
  }),
  call({
    method: 'GET', path: '/colleges', summary: 'Medical colleges', who: ['anyone'], query: inRegion, cache: 'max-age=60',
    answers: { 200: z.object({ items: z.array(z.object({ id: z.uuid(), names: texts, region: regionCode, higher: z.boolean() })), cursor: z.null() }) },
    run: async ({ db, query }) => ({ status: 200, json: { items: (await colleges(db, { regionCode: query.region })).map(({ id, names, regionCode: region, higher }) => ({ id, names, region, higher })), cursor: null } }),
  }),
]
