import { asc, desc, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { centres, certificateKinds, editions } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { dayOf, type Locale, locales, t } from '#modules/words/index.ts'
import { expiryOf, taughtBy } from './issuing.ts'
import { kindName } from './kindWords.ts'
import { mayChangeKinds } from './policy.ts'
import { drawSpecimen } from './specimen.ts'
import type { Statement } from './statement.ts'

export const specimenOfKindInput = z.object({ kind: kindName, language: z.enum(locales) })

/**
 * What a document of a kind looks like with its words of today, marked as a specimen across the page: of the newest edition that
 * leads to it (or any), at the first centre, for an invented holder. Nothing is signed, numbered or kept. For administrators.
 * Not found for an unknown kind, and while there is no edition or no centre.
 */
export async function specimenOfKind(db: Db, actor: Actor, { kind: name, language }: z.infer<typeof specimenOfKindInput>, at = new Date()): Promise<{ name: string; pdf: Buffer }> {
  permit(mayChangeKinds(actor))
  const [row] = await db.select().from(certificateKinds).where(eq(certificateKinds.kind, name))
  const kind = found(row)
  const [newest] = await db.select().from(editions).orderBy(sql`${editions.kind} = ${name} desc`, desc(editions.publishedAt), asc(editions.course)).limit(1)
  const edition = found(newest)
  const [first] = await db.select().from(centres).orderBy(asc(centres.regionCode), asc(centres.id)).limit(1)
  const centre = found(first)

  const today = dayOf(at, centre.timeZone)
  const inThree = (say: (locale: Locale) => string) => ({ kk: say('kk'), ru: say('ru'), en: say('en') })
  const accreditation = kind.accreditationRequired ? { body: inThree((locale) => t(locale, 'kinds.specimen.body')), number: '0000', validUntil: null } : null
  const statement: Statement = {
    v: 2, type: 'besik-certificate', ...taughtBy({ cohort: { language, startsOn: today, endsOn: today }, centre, edition, kind, accreditation }),
    holder: { name: 'Үлгіқызы Әнел Серікқызы', profession: inThree((locale) => t(locale, 'profession.patronage-nurse')), facility: null },
    issuedOn: today, expiresOn: expiryOf({ edition, kind }, today),
    certificate: '00000000-0000-0000-0000-000000000000', serial: `KZ-${today.slice(0, 4)}-000000`, code: '0'.repeat(27), predecessor: null, kid: '', salt: '0'.repeat(32),
  }
  return { name: `specimen-${kind.kind}-${today}.pdf`, pdf: drawSpecimen(statement, environment().origin) }
}
