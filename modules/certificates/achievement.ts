import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { certificateKinds } from '#db/schema/index.ts'
import { editionAt } from '#modules/courses/index.ts'
import { found } from '#modules/refusal.ts'
import { locales } from '#modules/words/index.ts'
import { achievementOf } from './credentialBody.ts'
import { contextOfBadges, contextOfCredentials } from './credentialContexts.ts'
import { creditsOf } from './issuing.ts'

export const achievementInput = z.object({
  course: z.string().regex(/^[a-z][a-z-]{0,60}$/), edition: z.coerce.number().int().min(1).max(9999), kind: z.string().regex(/^[a-z][a-z-]{1,40}$/), locale: z.enum(locales),
})

/** What credentials name as their achievement, at its own address: what the holders of a kind of certificate of an edition have done. Public. */
export async function achievement(db: Db, input: z.infer<typeof achievementInput>) {
  const edition = await editionAt(db, input.course, input.edition)
  const [kind] = await db.select().from(certificateKinds).where(eq(certificateKinds.kind, input.kind))
  const { kind: name, titles, confirms, template, credited } = found(kind)
  const guideline = edition.outline.guidelines.find(({ id }) => id === edition.guideline)
  return {
    '@context': [contextOfCredentials, contextOfBadges],
    ...achievementOf({
      course: { course: edition.course, titles: edition.titles, edition: edition.number, hours: edition.hours, guideline: { id: edition.guideline, titles: guideline?.titles ?? { kk: edition.guideline, ru: edition.guideline, en: edition.guideline } } },
      kind: name, document: { titles, confirms, template }, credits: credited ? creditsOf(edition.hours) : null, demonstration: edition.demonstration,
    }, input.locale, environment().origin),
  }
}
