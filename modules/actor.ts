import type { roles } from '#db/schema/people.ts'

export type Role = (typeof roles)[number]

/** A live role at a place. */
export type Membership = { role: Role; centreId: string | null; collegeId: string | null }

/** Who is acting now. A visitor and the system are actors too, so nothing asks whether there is one. */
export type Actor = {
  kind: 'visitor' | 'person' | 'system'
  personId: string | null
  /** Name of the system actor, for the ledger: `command-line`, `jobs`. Empty otherwise. */
  system: string
  memberships: readonly Membership[]
  /** True for ten minutes after password or code was asked again: needed to issue, revoke and reveal. */
  steppedUp: boolean
}

export const visitor: Actor = { kind: 'visitor', personId: null, system: '', memberships: [], steppedUp: false }

/** The system itself, at the command line or in a job. It may do anything, and the ledger names it. */
export const system = (name: string): Actor => ({ kind: 'system', personId: null, system: name, memberships: [], steppedUp: true })

export const isSystem = (actor: Actor) => actor.kind === 'system'
export const isSignedIn = (actor: Actor) => actor.kind === 'person'
export const isSelf = (actor: Actor, personId: string) => actor.personId === personId
export const holds = (actor: Actor, role: Role) => actor.memberships.some((one) => one.role === role)
export const isAdministrator = (actor: Actor) => isSystem(actor) || holds(actor, 'administrator')
export const isAuditor = (actor: Actor) => holds(actor, 'auditor')
/** The ministry's auditors and the system see every number of the country. */
export const mayAudit = (actor: Actor) => isSystem(actor) || isAuditor(actor)
export const coordinates = (actor: Actor, centreId: string) =>
  isSystem(actor) || actor.memberships.some((one) => one.role === 'coordinator' && one.centreId === centreId)
export const trainsAt = (actor: Actor, centreId: string) =>
  isSystem(actor) || actor.memberships.some((one) => one.role === 'trainer' && one.centreId === centreId)
/** Coordinator or trainer of the centre. */
export const worksAt = (actor: Actor, centreId: string) => coordinates(actor, centreId) || trainsAt(actor, centreId)
/** Centres where the actor holds one of the roles. */
export const centresOf = (actor: Actor, ...among: Role[]) => [
  ...new Set(actor.memberships.filter((one) => one.centreId && among.includes(one.role)).map((one) => one.centreId!)),
]
