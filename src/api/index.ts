import type { Call } from './call.ts'

/** Every call of the JSON API. */
export const calls: readonly Call[] = []
