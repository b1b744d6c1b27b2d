import { eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { facilities, issuePlans, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { bind, decorates, each, type Faces, fit, newFaces, type Reading, tells, types, written } from '#modules/pdf/index.ts'
import { found } from '#modules/refusal.ts'
import { t } from '#modules/words/index.ts'
import { compose, page as landscape } from './compose.ts'
import { composeAttendance, page as portrait } from './composeAttendance.ts'
import { expiryOf, holderOf, issuingCohort, taughtBy } from './issuing.ts'
import { ornaments } from './ornament.ts'
import { permitIssue } from './policy.ts'
import { hashOf, type Statement } from './statement.ts'

export const specimenInput = z.object({ planId: z.uuid(), personId: z.uuid() })

/**
 * What somebody's certificate of a plan would look like, marked as a specimen across the page. Nothing is signed, numbered or
 * kept: its serial and code are zeros, which are never given out. For a coordinator of the centre; not found for who would get none.
 */
export async function specimenOf(db: Db, actor: Actor, { planId, personId }: z.infer<typeof specimenInput>, at = new Date()): Promise<{ name: string; pdf: Buffer }> {
  const [plan] = await db.select().from(issuePlans).where(eq(issuePlans.id, planId))
  const taught = found(await issuingCohort(db, found(plan).cohortId, { wish: plan!.decided.wish, at }))
  permitIssue(actor, taught)
  found(plan!.decided.people.find((one) => one.personId === personId && one.kind !== null))

  const own = alias(persons, 'own')
  const [holder] = await db.select({ person: persons, facility: facilities }).from(own)
    .innerJoin(persons, eq(persons.id, sql`coalesce(${own.mergedInto}, ${own.id})`)).leftJoin(facilities, eq(facilities.id, persons.facilityId)).where(eq(own.id, personId))
  const issuedOn = taught.today
  const statement: Statement = {
    v: 2, type: 'besik-certificate', ...taughtBy(taught), holder: holderOf(found(holder)), issuedOn, expiresOn: expiryOf(taught, issuedOn),
    certificate: '00000000-0000-0000-0000-000000000000', serial: `KZ-${issuedOn.slice(0, 4)}-000000`, code: '0'.repeat(27), predecessor: null, kid: '', salt: '0'.repeat(32),
  }
  return { name: `specimen-${issuedOn}.pdf`, pdf: drawSpecimen(statement, environment().origin) }
}

/** The drawing of a statement behind which the word stands large, and without anything that could be verified. It takes the place of a demonstration's. */
export function drawSpecimen(given: Statement, origin: string): Buffer {
  const statement = { ...given, demonstration: false }
  const faces = newFaces(types())
  const attendance = statement.document.template === 'attendance'
  const page = attendance ? portrait : landscape
  const reading: Reading = []
  const word = tells(reading, { role: 'P' }, across(faces, attendance ? { x: page.width / 2, y: 610, width: 420 } : { x: page.width / 2, y: 415, width: 600 }))
  const drawn = attendance ? composeAttendance(faces, reading, statement, origin) : [...decorates(['/P Do']), ...compose(faces, reading, statement, origin)]
  const content = [...word, ...drawn].join('\n')
  const { language } = statement
  return bind({
    faces, pages: [{ ...page, content, reading }], forms: attendance ? {} : ornaments(landscape), id: hashOf(content).slice(0, 32),
    about: { title: `${statement.document.titles[language]} ${statement.serial}`, author: statement.centre.names[language], subject: statement.course.titles[language], language, day: statement.issuedOn },
  })
}

/** The word in the three languages, one under another and turned. */
function across({ bold }: Faces, { x, y, width }: { x: number; y: number; width: number }): string[] {
  const lines = each((locale) => t(locale, 'certificate.specimen').toLocaleUpperCase(locale))
  const size = Math.min(...lines.map((text) => fit(bold.type, text, width, { largest: 84, smallest: 24, track: 60 }).size))
  return lines.map((text, index) => written(bold, text, { x, y: y - index * size * 1.5, size, colour: '#f3cdbd', align: 'centre', track: 60, turn: 0.24 }))
}
