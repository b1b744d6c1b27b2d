import type { Db } from '#db/client.ts'
import { errorCode } from '#db/transact.ts'
import { Refusal } from '#modules/refusal.ts'
import type { Bearer } from './readToken.ts'
import type { Scope } from './scopes.ts'
import { takeLimit } from './takeLimit.ts'

/** How often one token may make calls of a scope: the figures of a whole country are reckoned anew for each. */
export const callsOfToken = { max: 300, seconds: 60 }

/**
 * Holds a bearer token to what it was made for. Refuses a call outside its scopes (`token.out-of-scope`; a token without scopes may make
 * every call that its person may) and, of calls that have a scope, more than three hundred a minute (`limit.too-many`).
 */
export async function useToken(db: Db, { id, scopes }: Bearer, scope: Scope | undefined): Promise<void> {
  if (scopes.length > 0 && (scope === undefined || !scopes.includes(scope))) throw new Refusal('token.out-of-scope')
  if (scope === undefined) return
  await takeLimit(db, 'token', id, callsOfToken).catch((error: unknown) => {
    // A read-only database (a failover, say) still answers: there nothing can be counted.
    if (errorCode(error) !== '25006') throw error
  })
}
