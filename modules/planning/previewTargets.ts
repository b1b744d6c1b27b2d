import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { latestEditions } from '#modules/courses/index.ts'
import { centre as centreOf, facilities, regions } from '#modules/places/index.ts'
import { found } from '#modules/refusal.ts'
import { keptRoster } from '#modules/rosters/index.ts'
import { mayPlan, permitAt } from './policy.ts'
import { targetsOf } from './queries.ts'
import { readPlan, type ReadLine } from './readPlan.ts'
import { courseSlug, planInput } from './shapes.ts'

/** A file that this person uploaded within the hour, by its digest; `course` is for a file without a column of courses. */
export const previewTargetsInput = planInput.extend({ digest: z.string().regex(/^[0-9a-f]{64}$/), course: courseSlug.optional() })

/** A line of the file and what taking it would do; `before` is how many the plan has now. */
export type PreviewLine = ReadLine & { kind: 'new' | 'changed' | 'same' | 'wrong'; before: number | null }
export type PlanPreview = { lines: PreviewLine[]; counts: Record<PreviewLine['kind'], number>; people: number; ready: boolean }

/**
 * What taking a file into a centre's plan would do, line by line. Writes nothing. For the centre's coordinators; another
 * centre's plan is not there. Refuses a file that can't be read, and `roster.expired`.
 */
export async function previewTargets(db: Db, actor: Actor, input: z.infer<typeof previewTargetsInput>): Promise<PlanPreview> {
  permitAt(mayPlan(actor, input.centreId), actor, input.centreId)
  found(await centreOf(db, input.centreId))
  const { bytes } = await keptRoster(actor, input.digest)
  const { centreId, year } = input
  const have = new Map((await targetsOf(db, actor, { centreId, year })).map((one) => [keyOf({ ...one, regionCode: one.facilityId ? null : one.regionCode }), one]))

  const lines = readPlan(bytes, await contextOf(db, input.course)).map((read): PreviewLine => {
    if (!read.target || read.problems.length > 0) return { ...read, kind: 'wrong', before: null }
    const now = have.get(keyOf(read.target))
    if (!now) return { ...read, kind: 'new', before: null }
    return { ...read, kind: now.people === read.target.people && (now.note ?? '') === (read.target.note ?? '') ? 'same' : 'changed', before: now.people }
  })
  const counts = { new: 0, changed: 0, same: 0, wrong: 0 }
  for (const { kind } of lines) counts[kind]++
  return { lines, counts, people: lines.reduce((sum, { kind, target }) => sum + (kind === 'wrong' ? 0 : target!.people), 0), ready: counts.wrong === 0 }
}

/** The places and courses by which names in a file are understood. */
export async function contextOf(db: Db, course: string | undefined) {
  const [places, units, editions] = [await facilities(db), await regions(db), await latestEditions(db)]
  return { facilities: places, regions: units, courses: editions.map((one) => ({ course: one.course, names: [one.titles, one.outline.short] })), course }
}

/** What a line is for: there is one line for each. */
const keyOf = ({ course, facilityId, regionCode, profession }: { course: string; facilityId?: string | null; regionCode?: string | null; profession?: string | null }) =>
  [course, facilityId ?? '', regionCode ?? '', profession ?? ''].join(' ')
