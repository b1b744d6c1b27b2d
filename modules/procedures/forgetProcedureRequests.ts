import { and, eq, isNotNull, lt, ne } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { procedureRequests } from '#db/schema/index.ts'

/** Days after an answer for which it is known who asked. */
export const keptDays = 365

const nobody = { name: '', email: '', purpose: '', answer: null, requestedBy: null } as const

/** Empties the name, address and words of requests that were answered a year ago: what stays is counted. Part of the nightly clean-up. */
export async function forgetProcedureRequests(db: Db): Promise<void> {
  const before = new Date(Date.now() - keptDays * 24 * 3600 * 1000)
  await db.update(procedureRequests).set(nobody).where(and(isNotNull(procedureRequests.answeredAt), lt(procedureRequests.answeredAt, before), ne(procedureRequests.email, '')))
}

/** Empties what a person who is erased has asked, in the transaction that erases them. One that nobody has answered goes whole. */
export async function forgetRequester(tx: Db, personId: string): Promise<void> {
  await tx.delete(procedureRequests).where(and(eq(procedureRequests.requestedBy, personId), eq(procedureRequests.state, 'open')))
  await tx.update(procedureRequests).set(nobody).where(eq(procedureRequests.requestedBy, personId))
}
