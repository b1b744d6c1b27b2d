import { and, asc, count, desc, eq, exists, gt, ilike, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, colleges, consents, facilities, memberships, persons, recoveryCodes, sessions, type Texts, tokens } from '#db/schema/index.ts'
import type { Actor, Role } from '#modules/actor.ts'
import { unseal } from '#modules/keys/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { fold } from '#modules/words/index.ts'
import { normalisePhone } from './contact.ts'
import { placeOfNumber } from './details.ts'
import { isDemo, type PersonRow } from './findPerson.ts'
import { maskNumber } from './iin.ts'
import { mayManagePeople, visibleTo } from './policy.ts'
import { consentVersion, isStaff, minimumLength } from './rules.ts'

/** A role held now, with its place's name. */
export type HeldRole = { id: string; role: Role; since: Date; centreId: string | null; collegeId: string | null; place: Texts | null }

export type PersonView = Pick<PersonRow, 'id' | 'familyName' | 'givenName' | 'patronymic' | 'sex' | 'profession' | 'facilityId' | 'locale' | 'email' | 'phone' | 'suspendedAt' | 'erasedAt' | 'mergedAt' | 'createdAt'> & {
  facility: Texts | null
  /** Masked: `7910******28`. */
  iin: string | null
  passport: string | null
  hasPassword: boolean
  hasSecondFactor: boolean
  roles: HeldRole[]
  /** The record that is kept, when this one is a duplicate of it. */
  mergedInto: Pick<PersonRow, 'id' | 'familyName' | 'givenName' | 'patronymic'> | null
}

const masked = (field: 'iin' | 'passport', id: string, sealed: Buffer | null) => (sealed ? maskNumber(unseal(sealed, placeOfNumber(field, id))) : null)

const kept = alias(persons, 'kept')

/** One person, found only if the actor may see them. */
export async function person(db: Db, actor: Actor, id: string): Promise<PersonView> {
  // What isn't an id names nobody.
  if (!z.uuid().safeParse(id).success) throw new Refusal('object.not-found')
  return found((await personViews(db, actor, [id]))[0])
}

/** Those of these people whom the actor may see, in no order. */
export async function personViews(db: Db, actor: Actor, ids: string[]): Promise<PersonView[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ person: persons, facility: facilities.names, mergedInto: { id: kept.id, familyName: kept.familyName, givenName: kept.givenName, patronymic: kept.patronymic } })
    .from(persons)
    .leftJoin(facilities, eq(facilities.id, persons.facilityId))
    .leftJoin(kept, eq(kept.id, persons.mergedInto))
    .where(and(inArray(persons.id, ids), visibleTo(actor)))
  const roles = await rolesOf(db, ids)
  return rows.map(({ person: one, facility, mergedInto }) => viewOf(one, facility, mergedInto, roles.get(one.id) ?? []))
}

function viewOf(one: PersonRow, facility: Texts | null, mergedInto: PersonView['mergedInto'], roles: HeldRole[]): PersonView {
  const { id, familyName, givenName, patronymic, sex, profession, facilityId, locale, email, phone, suspendedAt, erasedAt, mergedAt, createdAt } = one
  return {
    id, familyName, givenName, patronymic, sex, profession, facilityId, facility, locale, email, phone, suspendedAt, erasedAt, mergedAt, mergedInto, createdAt,
    iin: masked('iin', id, one.iinCipher), passport: masked('passport', id, one.passportCipher),
    hasPassword: one.passwordHash !== null, hasSecondFactor: one.totpConfirmedAt !== null, roles,
  }
}

async function rolesOf(db: Db, ids: string[]): Promise<Map<string, HeldRole[]>> {
  const byPerson = new Map<string, HeldRole[]>()
  if (ids.length === 0) return byPerson
  const rows = await db
    .select({ personId: memberships.personId, id: memberships.id, role: memberships.role, since: memberships.since, centreId: memberships.centreId, collegeId: memberships.collegeId, centre: centres.names, college: colleges.names })
    .from(memberships)
    .leftJoin(centres, eq(centres.id, memberships.centreId))
    .leftJoin(colleges, eq(colleges.id, memberships.collegeId))
    .where(and(inArray(memberships.personId, ids), isNull(memberships.until)))
    .orderBy(asc(memberships.since), asc(memberships.id))
  for (const { personId, centre, college, ...role } of rows) {
    byPerson.set(personId, [...(byPerson.get(personId) ?? []), { ...role, place: centre ?? college }])
  }
  return byPerson
}

export type PersonState = 'active' | 'invited' | 'suspended' | 'erased' | 'merged'
export type PersonFilter = { id?: string | undefined; search?: string | undefined; role?: Role | undefined; centreId?: string | undefined; state?: PersonState | undefined; limit?: number; cursor?: string | undefined }
export type PersonItem = Pick<PersonView, 'id' | 'familyName' | 'givenName' | 'patronymic' | 'profession' | 'facility' | 'email' | 'phone' | 'suspendedAt' | 'erasedAt' | 'mergedAt' | 'hasPassword' | 'roles'>

/** People the actor may see, by name; `search` looks in folded names, e-mail and phone. `cursor` is the id after which to go on. */
export async function listPersons(db: Db, actor: Actor, filter: PersonFilter = {}): Promise<{ items: PersonItem[]; cursor: string | null; total: number }> {
  const limit = Math.min(filter.limit ?? 50, 200)
  const conditions: (SQL | undefined)[] = [visibleTo(actor), stateIs(filter.state), filter.id ? eq(persons.id, filter.id) : undefined, ...searched(filter.search)]
  if (filter.role || filter.centreId) {
    const held = and(eq(memberships.personId, persons.id), isNull(memberships.until), filter.role ? eq(memberships.role, filter.role) : undefined, filter.centreId ? eq(memberships.centreId, filter.centreId) : undefined)
    conditions.push(exists(db.select({ id: memberships.id }).from(memberships).where(held)))
  }
  const [counted] = await db.select({ n: count() }).from(persons).where(and(...conditions))
  const after = filter.cursor
    ? or(gt(persons.folded, sql`(select p.folded from persons p where p.id = ${filter.cursor})`), and(eq(persons.folded, sql`(select p.folded from persons p where p.id = ${filter.cursor})`), gt(persons.id, filter.cursor)))
    : undefined
  const rows = await db
    .select({ person: persons, facility: facilities.names })
    .from(persons)
    .leftJoin(facilities, eq(facilities.id, persons.facilityId))
    .where(and(...conditions, after))
    .orderBy(asc(persons.folded), asc(persons.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const roles = await rolesOf(db, page.map((row) => row.person.id))
  const items = page.map(({ person: { id, familyName, givenName, patronymic, profession, email, phone, suspendedAt, erasedAt, mergedAt, passwordHash }, facility }) => ({
    id, familyName, givenName, patronymic, profession, facility, email, phone, suspendedAt, erasedAt, mergedAt, hasPassword: passwordHash !== null, roles: roles.get(id) ?? [],
  }))
  return { items, cursor: rows.length > limit ? items.at(-1)!.id : null, total: counted!.n }
}

function stateIs(state: PersonState | undefined): SQL | undefined {
  if (state === 'erased') return isNotNull(persons.erasedAt)
  if (state === 'merged') return and(isNull(persons.erasedAt), isNotNull(persons.mergedInto))
  const present = and(isNull(persons.erasedAt), isNull(persons.mergedInto))
  if (state === 'suspended') return and(present, isNotNull(persons.suspendedAt))
  if (state === 'invited') return and(present, isNull(persons.suspendedAt), isNull(persons.passwordHash))
  return state === 'active' ? and(present, isNull(persons.suspendedAt), isNotNull(persons.passwordHash)) : present
}

function searched(search: string | undefined): (SQL | undefined)[] {
  const text = search?.trim().slice(0, 100)
  if (!text) return []
  if (text.includes('@')) return [ilike(persons.email, `%${text.replace(/[\\%_]/g, '\\$&')}%`)]
  const phone = normalisePhone(text)
  if (phone) return [eq(persons.phone, phone)]
  const words = fold(text).split(' ').filter(Boolean)
  return words.length > 0 ? words.map((word) => sql`${persons.folded} like ${`%${word}%`}`) : [sql`false`]
}

/** The actor's own account, for the page about oneself. */
export async function myAccount(db: Db, actor: Actor) {
  permit(actor.kind === 'person')
  const id = actor.personId!
  const view = await person(db, actor, id)
  const [codes] = await db.select({ n: count() }).from(recoveryCodes).where(and(eq(recoveryCodes.personId, id), isNull(recoveryCodes.usedAt)))
  const given = await db.select({ version: consents.version, locale: consents.locale, givenAt: consents.givenAt, withdrawnAt: consents.withdrawnAt }).from(consents).where(eq(consents.personId, id)).orderBy(desc(consents.givenAt))
  const staff = isStaff(view.roles)
  return {
    ...view,
    secondFactor: { set: view.hasSecondFactor, required: staff && !(await isDemo(db, id)), recoveryCodesLeft: codes!.n },
    minimumLength: minimumLength(staff || view.hasSecondFactor),
    consents: given,
    consented: given.some((one) => one.version === consentVersion && one.withdrawnAt === null),
  }
}

/** Whether this person has consented to today's text and not withdrawn it. */
export async function hasConsented(db: Db, personId: string): Promise<boolean> {
  const mine = and(eq(consents.personId, personId), eq(consents.version, consentVersion), isNull(consents.withdrawnAt))
  return (await db.select({ id: consents.id }).from(consents).where(mine).limit(1)).length > 0
}

/** The actor's own open sessions, newest use first; `hash` names one to `signOut`. */
export async function mySessions(db: Db, actor: Actor) {
  permit(actor.kind === 'person')
  const mine = and(eq(sessions.personId, actor.personId!), gt(sessions.expiresAt, new Date()), gt(sessions.endsAt, new Date()))
  return db
    .select({ hash: sessions.hash, createdAt: sessions.createdAt, lastSeenAt: sessions.lastSeenAt, browser: sessions.browser })
    .from(sessions)
    .where(mine)
    .orderBy(desc(sessions.lastSeenAt))
}

/** Bearer tokens, newest first, without their secret. For administrators. */
export async function tokensOf(db: Db, actor: Actor) {
  permit(mayManagePeople(actor))
  return db
    .select({ id: tokens.id, label: tokens.label, scopes: tokens.scopes, createdAt: tokens.createdAt, lastUsedAt: tokens.lastUsedAt, endedAt: tokens.endedAt, personId: tokens.personId, familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic })
    .from(tokens)
    .innerJoin(persons, eq(persons.id, tokens.personId))
    .orderBy(desc(tokens.createdAt))
    .limit(200)
}
