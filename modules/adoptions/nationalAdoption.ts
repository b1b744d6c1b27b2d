import { asc, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { adoptionStates, adoptionSteps } from '#db/schema/index.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { courseSlug } from '#modules/courses/index.ts'
import { setting } from '#modules/jobs/index.ts'
import { colleges, regions } from '#modules/places/index.ts'
import { permit } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { type Adopted, adoptionFigures, type AdoptionFigures } from './adoptionFigures.ts'
import { type AdoptionItem, allAdoptions } from './adoptionsOf.ts'
import type { FactsOfStep } from './facts.ts'
import { standingSteps, studyYearOf } from './rules.ts'

export const nationalAdoptionInput = z.object({
  /** One course, or all of them. */
  course: courseSlug.optional(),
  /** By its first calendar year. */
  studyYear: z.coerce.number().int().min(2000).max(2100).optional(),
  /** Which colleges to list, by region and by the state in which they are (`none`: not invited). The figures are of the whole country all the same. */
  region: z.string().regex(/^KZ-[0-9]{2}$/).optional(),
  state: z.enum([...adoptionStates, 'none']).optional(),
})

/** `lines` is how many colleges could be listed, of which `colleges` are those asked for. */
export type NationalAdoption = AdoptionFigures & { asOf: Date; demonstration: boolean; lines: number }

/**
 * How far the colleges of the country have come with the curriculum, as it is known now: the funnel, regions, students and hours of a
 * study year, and who teaches by an older edition. Colleges that are closed are left out. For auditors and the system.
 */
export async function nationalAdoption(db: Db, actor: Actor, input: z.infer<typeof nationalAdoptionInput> = {}, now = new Date()): Promise<NationalAdoption> {
  permit(mayAudit(actor))

  const { course, studyYear, region, state } = input
  const items = await allAdoptions(db, actor, { course })
  const ground = { colleges: await colleges(db), regions: (await regions(db)).map(({ code }) => code), adoptions: await withApprovals(db, items) }
  const figures = adoptionFigures(ground, { studyYear }, studyYearOf(dayOf(now, 'Asia/Almaty')))
  const listed = figures.colleges.filter(({ college, adoption }) => (region === undefined || college.regionCode === region) && (state === undefined || (adoption?.state ?? 'none') === state))
  return { ...figures, colleges: listed, lines: figures.colleges.length, asOf: now, demonstration: (await setting(db, 'demonstration')) === true }
}

/** Adoptions with the order that approved each, while it holds, and the hours of the programme as it was mapped last. */
async function withApprovals(db: Db, items: readonly AdoptionItem[]): Promise<Adopted[]> {
  if (items.length === 0) return []
  const all = await db.select().from(adoptionSteps).where(inArray(adoptionSteps.adoptionId, items.map(({ id }) => id))).orderBy(asc(adoptionSteps.entrySeq))
  const steps = Map.groupBy(all, ({ adoptionId }) => adoptionId)
  return items.map((item) => {
    const standing = standingSteps(steps.get(item.id) ?? [])
    const approved = item.inForce ? standing.findLast(({ state }) => state === 'approved') : undefined
    const mapped = standing.findLast(({ state }) => state === 'mapped')?.facts as FactsOfStep<'mapped'> | undefined
    return {
      ...item,
      order: approved ? { number: (approved.facts as FactsOfStep<'approved'>).order, on: approved.on } : null,
      programmeHours: mapped ? mapped.theoryHours + mapped.practiceHours : null,
    }
  })
}
