import { and, eq, exists, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import { centres, facilities, memberships, persons } from '#db/schema/index.ts'
import { type Actor, centresOf, coordinates, holds, isAdministrator, isSelf, type Membership, type Role } from '#modules/actor.ts'

export const mayManagePeople = (actor: Actor) => isAdministrator(actor)

/** Joining two records of one human: administrators, and never with a record of their own (the verb says so). */
export const mayMergePersons = (actor: Actor) => isAdministrator(actor)

/** Looking at records that may be of one human, saying that they are two, and proposing to join them: of people whom the actor may see. */
export const mayCompareRecords = (actor: Actor) => isAdministrator(actor) || holds(actor, 'coordinator')

/** Administrators give any role; coordinators make trainees, and trainers of their own centre. */
export const mayGrantRole = (actor: Actor, { role, centreId }: { role: Role; centreId?: string | null | undefined }) =>
  isAdministrator(actor) || (role === 'trainee' && holds(actor, 'coordinator')) || (role === 'trainer' && !!centreId && coordinates(actor, centreId))

/**
 * Whether the actor may change this person, invite them or print a slip. A coordinator may only for people who hold
 * nothing but trainee, or trainer of the own centre: whoever can redirect an invitation can become that person.
 */
export const mayChangePerson = (actor: Actor, held: readonly Pick<Membership, 'role' | 'centreId'>[]) =>
  isAdministrator(actor) ||
  (holds(actor, 'coordinator') && held.every((one) => one.role === 'trainee' || (one.role === 'trainer' && one.centreId !== null && coordinates(actor, one.centreId))))

/** May read the whole personal number, and is told by the ledger. */
export const mayReveal = (actor: Actor, personId: string, held: readonly Pick<Membership, 'role' | 'centreId'>[]) => isSelf(actor, personId) || mayChangePerson(actor, held)

const build = new QueryBuilder()
const live = and(eq(memberships.personId, persons.id), isNull(memberships.until))!

/** Where a person works or, when they have left their post, worked last: who has left is still the centre's to find. */
const lastFacility = sql`coalesce(${persons.facilityId}, (select w.facility_id from workplaces w where w.person_id = ${persons.id} and w.facility_id is not null order by w.since desc, w.until desc limit 1))`

/**
 * Which persons an actor may see: administrators everybody; everybody oneself; a coordinator the people of the own centres,
 * and trainees who work, or worked last, in a facility of their region or whom they made.
 */
export function visibleTo(actor: Actor): SQL | undefined {
  if (isAdministrator(actor)) return undefined
  if (!actor.personId) return sql`false`
  const own = eq(persons.id, actor.personId)
  const mine = centresOf(actor, 'coordinator')
  if (mine.length === 0) return own
  const member = exists(build.select({ id: memberships.id }).from(memberships).where(and(live, inArray(memberships.centreId, mine))))
  const trainee = exists(build.select({ id: memberships.id }).from(memberships).where(and(live, eq(memberships.role, 'trainee'))))
  const near = exists(
    build.select({ id: facilities.id }).from(facilities).innerJoin(centres, eq(centres.regionCode, facilities.regionCode)).where(and(eq(facilities.id, lastFacility), inArray(centres.id, mine))),
  )
  const made = exists(build.select({ id: memberships.id }).from(memberships).where(and(live, eq(memberships.grantedBy, actor.personId))))
  return or(own, and(isNull(persons.erasedAt), isNull(persons.mergedInto), or(member, and(trainee, or(near, made)))))
}
