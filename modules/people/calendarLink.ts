import { timingSafeEqual } from 'node:crypto'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { keyedHash } from '#modules/keys/index.ts'
import { found, permit } from '#modules/refusal.ts'

/** The secret part of a personal calendar's address: 160 bits that follow from the person and how often it was renewed, and are kept nowhere. */
const secretOf = (personId: string, renewals: number) => keyedHash('lookup', `calendar|${personId}|${renewals}`).subarray(0, 20).toString('base64url')

/** The address of the actor's own calendar: calendar programs read it without a sign-in, so whoever has it sees the calendar. */
export async function myCalendarLink(db: Db, actor: Actor): Promise<{ personId: string; secret: string }> {
  permit(actor.kind === 'person')
  const [person] = await db.select({ id: persons.id, renewals: persons.calendarRenewals }).from(persons).where(eq(persons.id, actor.personId!))
  const { id, renewals } = found(person)
  return { personId: id, secret: secretOf(id, renewals) }
}

export const renewCalendarLinkInput = z.object({})

/** Makes a new address for the actor's own calendar; the one before is not found from now on. */
export function renewCalendarLink(db: Db, actor: Actor, _input: z.infer<typeof renewCalendarLinkInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(actor.kind === 'person')

    const [renewed] = await tx.update(persons).set({ calendarRenewals: sql`${persons.calendarRenewals} + 1` }).where(eq(persons.id, actor.personId!)).returning({ id: persons.id })
    found(renewed)
  })
}

/** Whose calendar an address opens. Not found for a wrong or an older secret, and for somebody suspended, erased or merged. */
export async function ownerOfCalendar(db: Db, { personId, secret }: { personId: string; secret: string }) {
  const [person] = await db.select({ id: persons.id, locale: persons.locale, renewals: persons.calendarRenewals }).from(persons)
    .where(and(eq(persons.id, personId), isNull(persons.suspendedAt), isNull(persons.erasedAt), isNull(persons.mergedInto)))
  const known = Buffer.from(secretOf(personId, person?.renewals ?? 0))
  const given = Buffer.from(secret)
  const { id, locale } = found(person && given.length === known.length && timingSafeEqual(given, known) ? person : null)
  return { personId: id, locale }
}
