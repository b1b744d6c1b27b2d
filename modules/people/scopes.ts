/** What a bearer token can be limited to: each names calls of the API that read, and that other systems fetch by the clock. */
export const scopes = ['counts', 'certificates', 'ledger', 'aggregates', 'exchange'] as const
export type Scope = (typeof scopes)[number]
