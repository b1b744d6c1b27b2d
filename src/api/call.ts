import type { z } from 'zod'
import type { Actor } from '#modules/actor.ts'
import type { Scope } from '#modules/people/index.ts'
import type { Locale } from '#modules/words/index.ts'
import type { Db } from '#db/client.ts'
import type { Environment } from '#db/environment.ts'
import type { Who } from '#src/doors.ts'
import type { SignedIn } from '#src/signedIn.ts'

/** The headers of a request, read by name in lower case: all that a call asks of them. */
export type Asked = Pick<Headers, 'get' | 'has'>

export type CallContext<Params, Query, Body> = {
  db: Db
  /** For questions that may be answered from a replica. */
  reports: Db
  actor: Actor
  /** Who is signed in with a session cookie; null for a bearer token. */
  person: SignedIn | null
  locale: Locale
  environment: Environment
  address: string
  /** HEAD where only the headers of a GET are wanted. */
  method: string
  params: Params
  query: Query
  body: Body
  headers: Asked
}

/** What a call answers: a status with JSON, with a file, or with one on the disk, which is sent piece by piece and in any part of it. */
export type Answer =
  | { status: number; json?: unknown; headers?: Record<string, string> }
  | { status: number; file: Uint8Array<ArrayBuffer>; type: string; headers?: Record<string, string> }
  | { status: number; path: string; size: number; type: string; headers: Record<string, string> & { ETag: string } }

/**
 * One call of the JSON API. The same schemas validate what comes in and describe it in the OpenAPI document, so the two
 * can't disagree. `who` is the door; the verb's policy decides exactly.
 */
export type Call = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below /api/v1, with parameters in braces. */
  path: string
  summary: string
  who: readonly Who[]
  /** The scope by which a limited bearer token may make this call; without one, such tokens may not. Calls of a scope are counted for each token. */
  scope?: Scope
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  /** Status → shape of the answer; null for no body; a media type for a file. */
  answers: Record<number, z.ZodType | string | null>
  /** A GET that may be kept by caches (public data only); everything else is no-store. */
  cache?: string
  run(context: CallContext<any, any, any>): Promise<Answer>
}

/** Declares a call with its types joined up. */
export function call<P extends z.ZodType = z.ZodType<Record<string, never>>, Q extends z.ZodType = z.ZodType<Record<string, never>>, B extends z.ZodType = z.ZodType<undefined>>(
  definition: Omit<Call, 'run' | 'params' | 'query' | 'body'> & {
    params?: P
    query?: Q
    body?: B
    run(context: CallContext<z.infer<P>, z.infer<Q>, z.infer<B>>): Promise<Answer>
  },
): Call {
  return definition as Call
}
