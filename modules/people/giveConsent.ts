import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { consents, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { locales } from '#modules/words/index.ts'
import { permit } from '#modules/refusal.ts'
import { hasConsented } from './queries.ts'
import { consentVersion } from './rules.ts'

/** `locale` is the language in which the text was read. */
export const giveConsentInput = z.object({ locale: z.enum(locales) })

/** Records the own consent to the processing of personal data: today's text, its language, now. Given already, it stays as it was. */
export function giveConsent(db: Db, actor: Actor, { locale }: z.infer<typeof giveConsentInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(actor.kind === 'person')
    await tx.select({ id: persons.id }).from(persons).where(eq(persons.id, actor.personId!)).for('update')

    if (await hasConsented(tx, actor.personId!)) return

    await tx.insert(consents).values({ personId: actor.personId!, version: consentVersion, locale })
  })
}
