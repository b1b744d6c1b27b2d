import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { procedureRequests, regions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { notify } from '#modules/notices/index.ts'
import { administrators, consentVersion, takeLimit } from '#modules/people/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { line, someWords } from '#modules/text.ts'
import { dayOf, fold, locales } from '#modules/words/index.ts'
import { countryName, isCountry } from './countries.ts'
import { procedureNamed } from './procedures.ts'

/** `address` comes from the request. */
export const requestProcedureInput = z.object({
  procedure: z.string().max(60),
  organisation: line(200),
  country: z.string().refine(isCountry, { error: 'field.invalid_value' }),
  /** Of Kazakhstan; of no other country. */
  regionCode: z.string().regex(/^KZ-[0-9]{2}$/).optional(),
  name: line(120),
  email: z.email('field.email').max(254),
  purpose: someWords(1000),
  locale: z.enum(locales),
  consent: z.literal(true, { error: 'field.consent' }),
  address: z.string().optional(),
}).refine((input) => input.country !== 'KZ' || input.regionCode, {
  path: ['regionCode'], error: 'field.required',
  // Told together with what else is missing, not after it.
  when: ({ value }) => typeof value === 'object' && value !== null && 'country' in value,
})

/**
 * Asks for a procedure that is shared on request, without signing in; administrators are told. Who asks again while nobody
 * has answered has asked once, and hears the same. Throws `object.not-found` for a procedure that isn't there,
 * `procedure.open` for one that needs no asking, and `limit.too-many`: five an hour from an address, three a day for a mailbox.
 */
export async function requestProcedure(db: Db, actor: Actor, input: z.infer<typeof requestProcedureInput>): Promise<{ procedure: string }> {
  const procedure = procedureNamed(input.procedure)
  if (procedure.access === 'open') throw new Refusal('procedure.open')
  if (input.address) await takeLimit(db, 'procedure-address', input.address, { max: 5, seconds: 3600 })
  await takeLimit(db, 'procedure-email', fold(input.email), { max: 3, seconds: 86_400 })

  await transact(db, async (tx) => {
    const { organisation, country, name, email, purpose, locale } = input
    const region = country === 'KZ' ? await regionNamed(tx, input.regionCode!) : null
    const now = new Date()
    const [asked] = await tx
      .insert(procedureRequests)
      .values({
        procedure: procedure.slug, version: procedure.version, organisation, country, regionCode: region?.code ?? null, name, email, purpose, locale,
        consent: consentVersion, requestedBy: actor.personId, requestedOn: dayOf(now, 'Asia/Almaty'), requestedAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: procedureRequests.id })
    if (!asked) return

    for (const one of await administrators(tx)) {
      await notify(tx, {
        personId: one.id, recipient: one.email, locale: one.locale, kind: 'procedure.requested',
        facts: {
          title: procedure.fronts[one.locale].title, organisation, place: region?.names[one.locale] ?? countryName(one.locale, country),
          link: `${environment().origin}/${one.locale}/admin/procedures/${asked.id}`,
        },
      })
    }
  })
  return { procedure: procedure.slug }
}

async function regionNamed(tx: Db, code: string) {
  const [region] = await tx.select({ code: regions.code, names: regions.names }).from(regions).where(eq(regions.code, code))
  if (!region) throw new Refusal('input.invalid', {}, { regionCode: 'field.invalid_value' })
  return region
}
