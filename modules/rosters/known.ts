import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { enrolments, memberships, persons } from '#db/schema/index.ts'
import type { Actor, Membership } from '#modules/actor.ts'
import { placesElsewhere } from '#modules/cohorts/index.ts'
import { matchPersons, mayChangePerson, visibleTo } from '#modules/people/index.ts'
import type { KnownPerson } from './compare.ts'
import type { Profession } from './professions.ts'
import type { PersonRow } from './read.ts'

/** Who of the registered people the rows may mean, by number and contact. */
export type Known = Record<'byIin' | 'byPassport' | 'byEmail' | 'byPhone', Map<string, KnownPerson>>

/** Looks up everybody whom some rows may mean, with a few statements whatever their number. */
export async function findKnown(db: Db, actor: Actor, cohortId: string, rows: readonly PersonRow[]): Promise<Known> {
  const pick = (field: 'iin' | 'passport' | 'email' | 'phone') => [...new Set(rows.flatMap(({ person }) => person[field] ?? []))]
  const matched = await matchPersons(db, actor, { iins: pick('iin'), passports: pick('passport'), emails: pick('email'), phones: pick('phone') })
  const standing = await standingOf(db, actor, cohortId, matched.map(({ id }) => id))

  const known: Known = { byIin: new Map(), byPassport: new Map(), byEmail: new Map(), byPhone: new Map() }
  for (const { iin, passport, sex: _, ...one } of matched) {
    const person: KnownPerson = { ...one, profession: one.profession as Profession | null, ...standing.get(one.id)! }
    if (iin) known.byIin.set(iin, person)
    if (passport) known.byPassport.set(passport, person)
    if (one.email) known.byEmail.set(one.email.toLowerCase(), person)
    if (one.phone) known.byPhone.set(one.phone, person)
  }
  return known
}

type Standing = Pick<KnownPerson, 'hasIin' | 'hasPassport' | 'trainee' | 'visible' | 'changeable' | 'enrolment' | 'elsewhere'>

/** What each of these people is to the actor and to the cohort. */
async function standingOf(db: Db, actor: Actor, cohortId: string, personIds: string[]): Promise<Map<string, Standing>> {
  if (personIds.length === 0) return new Map()
  const [roles, elsewhere] = [await rolesOf(db, personIds), await placesElsewhere(db, cohortId, personIds)]
  const rows = await db
    .select({ id: persons.id, hasIin: sql<boolean>`${persons.iinLookup} is not null`, hasPassport: sql<boolean>`${persons.passportLookup} is not null`, visible: sql<boolean>`coalesce(${visibleTo(actor) ?? sql`true`}, false)`, enrolment: enrolments.state })
    .from(persons)
    .leftJoin(enrolments, and(eq(enrolments.personId, persons.id), eq(enrolments.cohortId, cohortId)))
    .where(inArray(persons.id, personIds))
  return new Map(rows.map(({ id, ...row }) => {
    const held = roles.get(id) ?? []
    return [id, { ...row, elsewhere: elsewhere.get(id) ?? null, trainee: held.some(({ role }) => role === 'trainee'), changeable: row.visible && mayChangePerson(actor, held) }]
  }))
}

async function rolesOf(db: Db, personIds: string[]): Promise<Map<string, Membership[]>> {
  const held = new Map<string, Membership[]>()
  const rows = await db
    .select({ personId: memberships.personId, role: memberships.role, centreId: memberships.centreId, collegeId: memberships.collegeId })
    .from(memberships)
    .where(and(inArray(memberships.personId, personIds), isNull(memberships.until)))
  for (const { personId, ...role } of rows) held.set(personId, [...(held.get(personId) ?? []), role])
  return held
}
