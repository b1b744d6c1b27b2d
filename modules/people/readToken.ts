import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { kept } from '#db/kept.ts'
import { persons, tokens } from '#db/schema/index.ts'
import { errorCode } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { renewEvery } from './rules.ts'
import { hashToken } from './secret.ts'
import { membershipsOfPerson } from './session.ts'

/** Every call of a machine client pays for this one. */
const tokenByHash = kept((db) =>
  db
    .select({ id: tokens.id, personId: tokens.personId, scopes: tokens.scopes, lastUsedAt: tokens.lastUsedAt, memberships: membershipsOfPerson })
    .from(tokens)
    .innerJoin(persons, eq(persons.id, tokens.personId))
    .where(and(eq(tokens.hash, sql.placeholder('hash')), isNull(tokens.endedAt), isNull(persons.suspendedAt), isNull(persons.erasedAt), isNull(persons.mergedInto)))
    .prepare('read_token'))

/** A bearer token by its id, and the names of what it is limited to. */
export type Bearer = { id: string; scopes: readonly string[] }

/** Who a bearer token acts as and what it is for, in one query, or null. It never counts as stepped up. Its last use is noted every few minutes. */
export async function readBearer(db: Db, bearer: string): Promise<{ actor: Actor; bearer: Bearer } | null> {
  if (!/^besik_[\w-]{43}$/.test(bearer)) return null
  const [row] = await tokenByHash(db, { hash: hashToken(bearer) })
  if (!row) return null
  if (!row.lastUsedAt || Date.now() - row.lastUsedAt.getTime() > renewEvery * 1000) {
    await db.update(tokens).set({ lastUsedAt: sql`now()` }).where(eq(tokens.id, row.id)).catch((error: unknown) => {
      if (errorCode(error) !== '25006') throw error
    })
  }
  return { actor: { kind: 'person', personId: row.personId, system: '', memberships: row.memberships, steppedUp: false }, bearer: { id: row.id, scopes: row.scopes } }
}

/** Who a bearer token acts as, or null. */
export const readToken = async (db: Db, bearer: string): Promise<Actor | null> => (await readBearer(db, bearer))?.actor ?? null
