import { AsyncLocalStorage } from 'node:async_hooks'

/** What the server knows of a request before any page looks at it. */
export type Around = {
  requestId: string
  /** Address of the client, from the socket or a trusted proxy. */
  address: string
  /** The pattern of the route that answered, for the log. */
  route: string
}

// Astro's standalone handler takes no locals, and the built pages carry their own copy of this file: both meet here.
const shared = Symbol.for('besik.around')
export const around = ((globalThis as Record<symbol, unknown>)[shared] ??= new AsyncLocalStorage<Around>()) as AsyncLocalStorage<Around>
