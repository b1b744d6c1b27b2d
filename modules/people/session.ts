import { and, eq, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import { type Adapter, type DatabaseSession, type DatabaseUser, Lucia, TimeSpan } from 'lucia'
import type { Db } from '#db/client.ts'
import { kept } from '#db/kept.ts'
import { persons, sessions } from '#db/schema/index.ts'
import { errorCode } from '#db/transact.ts'
import type { Actor, Membership } from '#modules/actor.ts'
import type { Locale } from '#modules/words/index.ts'
import { isStaff, lifetimes, renewEvery, stepUpLasts } from './rules.ts'
import { hashToken, randomToken } from './secret.ts'

type SessionFacts = { createdAt: Date; lastSeenAt: Date; endsAt: Date; secondFactorAt: Date | null; steppedUpAt: Date | null; browser: string }
type PersonFacts = { rider: unknown; familyName: string; givenName: string; patronymic: string | null; locale: Locale; memberships: Membership[]; demonstration: boolean }

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionFacts, PersonFacts>
    DatabaseSessionAttributes: SessionFacts
    DatabaseUserAttributes: PersonFacts
  }
}

export const membershipsOfPerson = sql<Membership[]>`(select coalesce(json_agg(json_build_object('role', m.role, 'centreId', m.centre_id, 'collegeId', m.college_id) order by m.since, m.id), '[]'::json)
  from memberships m where m.person_id = ${persons.id} and m.until is null)`

/** True for the people of a demonstration, whose printed passwords stand alone. */
export const isDemoPerson = sql<boolean>`coalesce((select (d.value = 'true'::jsonb) and (p.value ? ${persons.id}::text) from settings d, settings p where d.name = 'demonstration' and p.name = 'demo-people'), false)`

/**
 * One more fact that a page wants to know with its reader, in the same query: SQL beside `sessions` with placeholders, and
 * their values. The name tells one such SQL from another.
 */
export type Rider = { name: string; sql: SQL; values: Record<string, string> }

/** The one query that every page pays for, one for each rider. */
const queries = new Map<string, ReturnType<typeof sessionWith>>()
function query(rider: Rider | undefined) {
  const name = rider?.name ?? ''
  let built = queries.get(name)
  if (!built) queries.set(name, (built = sessionWith(rider?.sql ?? sql`null`)))
  return built
}
const sessionWith = (rider: SQL) => kept((db) =>
  db
    .select({
      rider: rider as SQL<unknown>,
      personId: sessions.personId, createdAt: sessions.createdAt, lastSeenAt: sessions.lastSeenAt, expiresAt: sessions.expiresAt, endsAt: sessions.endsAt,
      secondFactorAt: sessions.secondFactorAt, steppedUpAt: sessions.steppedUpAt, browser: sessions.browser,
      familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic, locale: persons.locale,
      suspendedAt: persons.suspendedAt, erasedAt: persons.erasedAt, mergedInto: persons.mergedInto, memberships: membershipsOfPerson, demonstration: isDemoPerson,
    })
    .from(sessions)
    .innerJoin(persons, eq(persons.id, sessions.personId))
    .where(eq(sessions.hash, sql.placeholder('hash')))
    .prepare('read_session'))

/**
 * What lucia asks of a database. A token is hashed on the way in and never stored. On the way out a session carries the
 * raw token that the caller gave, for lucia hands that id back to the other methods: a stored hash would be hashed again,
 * and prolonging or ending a session would silently do nothing.
 */
export function sessionAdapter(db: Db, rider?: Rider): Adapter {
  return {
    async getSessionAndUser(token): Promise<[DatabaseSession | null, DatabaseUser | null]> {
      const [row] = await query(rider)(db, { hash: hashToken(token), ...rider?.values })
      if (!row) return [null, null]
      const { personId, expiresAt, createdAt, lastSeenAt, endsAt, secondFactorAt, steppedUpAt, browser, suspendedAt, erasedAt, mergedInto, ...person } = row
      const session = {
        id: token, userId: personId, expiresAt: earlier(expiresAt, endsAt),
        attributes: { createdAt, lastSeenAt, endsAt, secondFactorAt, steppedUpAt, browser },
      }
      // No person means: end this session. A suspended or erased person and a duplicate have none.
      return [session, suspendedAt || erasedAt || mergedInto ? null : { id: personId, attributes: person }]
    },
    /** Only hashes are known here, so the answers' ids can't be handed to the other methods: use `mySessions` and `endSession`. */
    async getUserSessions(personId) {
      const rows = await db.select().from(sessions).where(eq(sessions.personId, personId))
      return rows.map(({ hash, expiresAt, personId: userId, ...attributes }) => ({ id: hash, userId, expiresAt: earlier(expiresAt, attributes.endsAt), attributes }))
    },
    async setSession({ id, userId, expiresAt, attributes }) {
      await db.insert(sessions).values({ ...attributes, hash: hashToken(id), personId: userId, expiresAt: earlier(expiresAt, attributes.endsAt) })
    },
    async updateSessionExpiration(token, expiresAt) {
      await db
        .update(sessions)
        .set({ lastSeenAt: new Date(), expiresAt: sql`least(${expiresAt.toISOString()}::timestamptz, ${sessions.endsAt})` })
        .where(eq(sessions.hash, hashToken(token)))
    },
    async deleteSession(token) {
      await db.delete(sessions).where(eq(sessions.hash, hashToken(token)))
    },
    async deleteUserSessions(personId) {
      await db.delete(sessions).where(eq(sessions.personId, personId))
    },
    async deleteExpiredSessions() {
      const now = new Date()
      await db.delete(sessions).where(or(lte(sessions.expiresAt, now), lte(sessions.endsAt, now)))
    },
  }
}

const earlier = (a: Date, b: Date) => (a < b ? a : b)

/**
 * Lucia over one database handle. `idle` is the lifetime it gives a new session, in seconds. When reading it is 0, which
 * keeps lucia from prolonging: the idle lifetime depends on the roles, so `readSession` does that.
 */
export const luciaOver = (db: Db, idle = 0, rider?: Rider) =>
  new Lucia(sessionAdapter(db, rider), {
    sessionExpiresIn: new TimeSpan(idle, 's'),
    // Named one by one, so that no attribute can take the place of id, userId or expiresAt.
    getSessionAttributes: ({ createdAt, lastSeenAt, endsAt, secondFactorAt, steppedUpAt, browser }) => ({ createdAt, lastSeenAt, endsAt, secondFactorAt, steppedUpAt, browser }),
    getUserAttributes: ({ rider, familyName, givenName, patronymic, locale, memberships, demonstration }) => ({ rider, familyName, givenName, patronymic, locale, memberships, demonstration }),
  })

export type SignedInSession = {
  actor: Actor
  person: { id: string; familyName: string; givenName: string; patronymic: string | null; locale: Locale; mustSetUpSecondFactor: boolean; sessionHash: string }
  session: { hash: string; createdAt: Date; expiresAt: Date; endsAt: Date; secondFactorAt: Date | null; steppedUpAt: Date | null }
  /** What the rider found. */
  rider: unknown
}

/**
 * Who holds this session token, in one query, or null. Staff without a second factor get an actor without roles, so that
 * they can only set it up; demo people are exempt. A rider's fact comes along. Use prolongs the session, written at most every few minutes. A
 * database error is thrown, never read as "signed out".
 */
export async function readSession(db: Db, token: string, rider?: Rider): Promise<SignedInSession | null> {
  if (token.length < 20 || token.length > 100) return null
  const { session, user } = await luciaOver(db, 0, rider).validateSession(token)
  if (!session) return null

  const now = Date.now()
  const staff = isStaff(user.memberships)
  let { expiresAt } = session
  if (now - session.lastSeenAt.getTime() > renewEvery * 1000) {
    expiresAt = earlier(new Date(now + lifetimes(staff).idle * 1000), session.endsAt)
    // A read-only database (a failover, say) still serves pages.
    await sessionAdapter(db).updateSessionExpiration(token, expiresAt).catch((error: unknown) => {
      if (errorCode(error) !== '25006') throw error
    })
  }

  const mustSetUpSecondFactor = staff && !session.secondFactorAt && !user.demonstration
  const { memberships, demonstration: _, rider: fact, ...person } = user
  const hash = hashToken(token)
  return {
    actor: {
      kind: 'person', personId: user.id, system: '', memberships: mustSetUpSecondFactor ? [] : memberships,
      steppedUp: session.steppedUpAt !== null && now - session.steppedUpAt.getTime() < stepUpLasts * 1000,
    },
    person: { ...person, mustSetUpSecondFactor, sessionHash: hash },
    rider: fact,
    session: { hash, createdAt: session.createdAt, expiresAt, endsAt: session.endsAt, secondFactorAt: session.secondFactorAt, steppedUpAt: session.steppedUpAt },
  }
}

export type NewSession = { token: string; personId: string; expiresAt: Date }

/** Starts a session with a token of its own and the lifetimes of the person's roles. The token is not kept anywhere. */
export async function startSession(tx: Db, personId: string, facts: { staff: boolean; secondFactor: boolean; browser: string }): Promise<NewSession> {
  const { idle, absolute } = lifetimes(facts.staff)
  const now = new Date()
  const token = randomToken()
  const session = await luciaOver(tx, idle).createSession(personId, {
    createdAt: now, lastSeenAt: now, endsAt: new Date(now.getTime() + absolute * 1000),
    secondFactorAt: facts.secondFactor ? now : null, steppedUpAt: now, browser: facts.browser,
  }, { sessionId: token })
  return { token, personId, expiresAt: session.expiresAt }
}

/** Ends every session of a person, but for one (by hash) if it is named. */
export async function endSessions(tx: Db, personId: string, exceptHash?: string): Promise<void> {
  if (exceptHash === undefined) return luciaOver(tx).invalidateUserSessions(personId)
  await tx.delete(sessions).where(and(eq(sessions.personId, personId), ne(sessions.hash, exceptHash)))
}
