import type { AstroCookies } from 'astro'
import { seal, unseal } from '#modules/keys/index.ts'
import { cookieAttributes } from './signedIn.ts'

// What a form has just made and must be shown once (recovery codes, a slip's code, a token) travels over the redirect in a
// sealed cookie of two minutes: not in the address, not in a log, not in the database.

/** A revealed personal number, and a slip's code, on their way to the page. */
export type ShownNumber = { field: 'iin' | 'passport'; number: string }
export type ShownSlip = { code: string; expiresAt: string }

type Context = { cookies: AstroCookies; locals: Pick<App.Locals, 'actor' | 'environment'> }

const cookie = 'besik-once'
const placeOf = (kind: string, context: Context) => `once|${kind}|${context.locals.actor.personId}`

/** Keeps a value for the next page, for this person only. */
export function keepForOnce(context: Context, kind: string, value: unknown): void {
  const sealed = seal(JSON.stringify(value), placeOf(kind, context)).toString('base64url')
  context.cookies.set(cookie, sealed, { ...cookieAttributes(context.locals.environment.origin), maxAge: 120 })
}

/** The value kept for this page, or null when there is none or it has been shown. */
export function takeOnce<Value>(context: Context, kind: string): Value | null {
  const sealed = context.cookies.get(cookie)?.value
  if (!sealed) return null
  try {
    const value = JSON.parse(unseal(Buffer.from(sealed, 'base64url'), placeOf(kind, context))) as Value
    context.cookies.delete(cookie, cookieAttributes(context.locals.environment.origin))
    return value
  } catch {
    // Another page's, or another person's: left to time out.
    return null
  }
}
