import { and, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, editions, requests } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { locales } from '#modules/words/index.ts'
import { mayAsk, permitAt } from './policy.ts'
import { courseSlug } from './shapes.ts'
import { tellCentre } from './tellCentre.ts'

const day = z.iso.date().refine((date) => date >= '2000-01-01' && date <= '2100-12-31', { error: 'field.date-out-of-range' })

export const askInput = z.object({
  fromCentreId: z.uuid(),
  toCentreId: z.uuid(),
  course: courseSlug,
  language: z.enum(locales),
  people: z.coerce.number().int().min(1).max(500),
  /** When it would suit; both open when nothing is said. */
  startsOn: day.optional(),
  endsOn: day.optional(),
  text: line(600).optional(),
}).superRefine(({ fromCentreId, toCentreId, startsOn, endsOn }, context) => {
  if (fromCentreId === toCentreId) context.addIssue({ code: 'custom', path: ['toCentreId'], message: 'field.another-centre' })
  if (startsOn && endsOn && endsOn < startsOn) context.addIssue({ code: 'custom', path: ['endsOn'], message: 'field.ends-before-start' })
})

/** What asking for places and asking for trainers have in common: `askPlaces` and `askTrainers` say the rest. */
export function askCentre(db: Db, actor: Actor, kind: 'places' | 'trainers', input: z.infer<typeof askInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const open = (id: string) => tx.select({ id: centres.id }).from(centres).where(and(eq(centres.id, id), isNull(centres.closedAt)))
    const [from] = await open(input.fromCentreId)

    permitAt(mayAsk(actor, input.fromCentreId), actor, input.fromCentreId)

    found(from)
    found((await open(input.toCentreId))[0])
    const [taught] = await tx.select({ id: editions.id }).from(editions).where(eq(editions.course, input.course)).limit(1)
    if (!taught) throw new Refusal('target.course-unknown')

    const { text = '', ...rest } = input
    const [request] = await tx.insert(requests).values({ ...rest, kind, text, askedBy: actor.personId }).returning({ id: requests.id })
    await tellCentre(tx, request!.id, 'request.asked')
    return request!
  })
}
