import { z } from 'zod'
import {
  browserName, createPerson, createPersonInput, invitePerson, mergePersons, mergePersonsInput, myAccount, persons, placeOfRole, roles, signIn, signInInput, signOut, stepUp, stepUpInput,
} from '#modules/people/index.ts'
import { demandMergeable } from '#modules/certificates/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { locales } from '#modules/words/index.ts'
import { parse } from '#src/parse.ts'
import { cookieAttributes, cookieName } from '#src/signedIn.ts'
import { call } from './call.ts'

const role = z.enum(roles)
const membershipShape = z.object({ role, centre: z.uuid().nullable(), college: z.uuid().nullable(), since: z.iso.datetime() })
const names = z.object({ family: createPersonInput.shape.familyName, given: createPersonInput.shape.givenName, patronymic: createPersonInput.shape.patronymic })

const { email, phone, iin, passport, sex, profession, locale } = createPersonInput.shape
const newPerson = z.object({
  names, email, phone, iin, passport, sex, profession, locale, role,
  place: z.uuid().optional().describe('the centre of a trainer or coordinator, the college of a college’s person, the facility where a trainee works'),
  invite: z.boolean().default(false).describe('mail an invitation at once'),
})

/** The session cookie as a header: the API has no page to set it with. */
function cookie(origin: string, token: string | null) {
  const { secure } = cookieAttributes(origin)
  return `${cookieName(origin)}=${token ?? ''}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${token === null ? '; Max-Age=0' : ''}`
}

/** Which of the verb's places the one `place` of a call is: that follows from the role. */
function placeOf(kind: z.infer<typeof role>, place: string | undefined) {
  const where = placeOfRole[kind]
  return where === 'centre' ? { centreId: place } : where === 'college' ? { collegeId: place } : { facilityId: place }
}

export const peopleCalls = [
  call({
    method: 'POST', path: '/session', summary: 'Sign in with e-mail or phone, password, and the code of the second factor', who: ['anyone'],
    body: z.object({ email: z.string().max(254).describe('e-mail address or phone number'), password: signInInput.shape.password, code: signInInput.shape.code }),
    answers: { 204: null },
    async run({ db, actor, body, address, headers, environment }) {
      const { token } = await signIn(db, actor, { login: body.email, password: body.password, code: body.code, address, browser: browserName(headers.get('user-agent')) })
      return { status: 204, headers: { 'Set-Cookie': cookie(environment.origin, token) } }
    },
  }),
  call({
    method: 'DELETE', path: '/session', summary: 'Sign out', who: ['signed-in'], answers: { 204: null },
    async run({ db, actor, person, environment }) {
      if (person) await signOut(db, actor, { session: person.sessionHash })
      return { status: 204, headers: { 'Set-Cookie': cookie(environment.origin, null), 'Clear-Site-Data': '"cache"' } }
    },
  }),
  call({
    method: 'POST', path: '/session/step-up', summary: 'Give the password or a code again; for ten minutes this session may issue, revoke and reveal', who: ['signed-in'],
    body: stepUpInput.omit({ session: true }), answers: { 204: null },
    async run({ db, actor, person, body }) {
      // A bearer token can't step up: nobody is there to be asked.
      if (!person) throw new Refusal('permission.denied')
      await stepUp(db, actor, { ...body, session: person.sessionHash })
      return { status: 204 }
    },
  }),
  call({
    method: 'GET', path: '/me', summary: 'Who is signed in', who: ['signed-in'],
    answers: {
      200: z.object({
        id: z.uuid(), names: z.object({ family: z.string(), given: z.string(), patronymic: z.string().nullable() }), locale: z.enum(locales), email: z.string().nullable(), phone: z.string().nullable(),
        memberships: z.array(membershipShape), secondFactor: z.object({ set: z.boolean(), required: z.boolean() }), steppedUp: z.boolean(),
      }),
    },
    async run({ db, actor }) {
      const { id, familyName, givenName, patronymic, locale, email, phone, roles: held, secondFactor } = await myAccount(db, actor)
      return {
        status: 200,
        json: {
          id, names: { family: familyName, given: givenName, patronymic }, locale, email, phone,
          memberships: held.map((one) => ({ role: one.role, centre: one.centreId, college: one.collegeId, since: one.since.toISOString() })),
          secondFactor: { set: secondFactor.set, required: secondFactor.required }, steppedUp: actor.steppedUp,
        },
      }
    },
  }),
  call({
    method: 'POST', path: '/persons', summary: 'Make a person with a role', who: ['coordinator', 'administrator'], body: newPerson,
    answers: { 201: z.object({ id: z.uuid(), warnings: z.array(z.enum(['iin-sex-differs', 'iin-date-impossible'])) }) },
    async run({ db, actor, body: { names, place, invite, ...rest } }) {
      const input = parse(createPersonInput, { ...rest, familyName: names.family, givenName: names.given, patronymic: names.patronymic, ...placeOf(rest.role, place) })
      const { id, warnings } = await createPerson(db, actor, input)
      if (invite) await invitePerson(db, actor, { personId: id })
      return { status: 201, json: { id, warnings }, headers: { Location: `/api/v1/persons/${id}` } }
    },
  }),
  call({
    method: 'GET', path: '/persons', summary: 'People that the actor may see, by name', who: ['coordinator', 'administrator'],
    query: z.object({ search: z.string().max(100).optional(), role: role.optional(), centre: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).default(50), cursor: z.uuid().optional() }),
    answers: {
      200: z.object({
        items: z.array(z.object({ id: z.uuid(), names: z.object({ family: z.string(), given: z.string(), patronymic: z.string().nullable() }), profession: z.string().nullable(), memberships: z.array(membershipShape) })),
        cursor: z.string().nullable(),
      }),
    },
    async run({ db, actor, query: { centre, ...filter } }) {
      const { items, cursor } = await persons(db, actor, { ...filter, centreId: centre })
      return {
        status: 200,
        json: {
          items: items.map((one) => ({
            id: one.id, names: { family: one.familyName, given: one.givenName, patronymic: one.patronymic }, profession: one.profession,
            memberships: one.roles.map((held) => ({ role: held.role, centre: held.centreId, college: held.collegeId, since: held.since.toISOString() })),
          })),
          cursor,
        },
      }
    },
  }),
  call({
    method: 'POST', path: '/persons/{id}/merge', summary: 'Join a duplicate record to the one that is kept, for ever; by a session that has stepped up', who: ['administrator'],
    params: z.object({ id: mergePersonsInput.shape.personId.describe('the duplicate') }),
    body: z.object({ into: mergePersonsInput.shape.intoId.describe('the record that is kept') }),
    answers: { 200: z.object({ id: z.uuid() }) },
    async run({ db, actor, params, body }) {
      const { personId } = await mergePersons(db, actor, { personId: params.id, intoId: body.into }, demandMergeable)
      return { status: 200, json: { id: personId } }
    },
  }),
]
