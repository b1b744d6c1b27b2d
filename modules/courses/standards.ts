import { z } from 'zod'
import { professions } from '#db/schema/people.ts'
import { angoff } from './angoff.ts'
import type { ContentProblem } from './checkCourse.ts'
import { courseSlug, slug, texts } from './parts.ts'
import type { CourseSource, OutlineAssessment } from './shapes.ts'
import { banksOf } from './shapes.ts'

/**
 * How the pass mark of an assessment was set: `standards/<assessment>.yaml` of a course. Judges are known by their
 * profession and their place in the list, never by name.
 */
export const standardShape = z.strictObject({
  assessment: slug,
  course: courseSlug,
  /** `modified-angoff`: judges rated a second time after they had seen how learners answered. */
  method: z.enum(['angoff', 'modified-angoff']),
  date: z.iso.date(),
  /** True for ratings that were invented to show how it works: no panel ever met. */
  demonstration: z.boolean(),
  note: texts.optional(),
  judges: z.array(z.strictObject({ profession: z.enum(professions) })).min(2).max(30),
  /** Question → each judge's estimate, in the order of `judges`, that a just competent learner answers it rightly. */
  ratings: z.record(slug, z.array(z.number().min(0).max(1))),
})

export type Standard = z.infer<typeof standardShape>

/** The pass mark in percent that a panel set; undefined for an assessment without one. */
export function standardPercent(standards: readonly Standard[], assessmentId: string): number | undefined {
  const standard = standards.find((one) => one.assessment === assessmentId)
  return standard && angoff(Object.values(standard.ratings)).passPercent
}

/** The tests of an outline with the marks that panels set for them. */
export const withStandards = (assessments: readonly OutlineAssessment[], standards: readonly Standard[]): OutlineAssessment[] =>
  assessments.map((assessment) => {
    const passPercent = standardPercent(standards, assessment.id)
    return passPercent === undefined ? assessment : { ...assessment, passPercent }
  })

/**
 * What panels say that can't be true: a test that isn't there or has a typed mark too (which of the two would count?), a
 * question that the test never asks, a rating too many or too few, fewer rated questions than the test asks.
 */
export function checkStandards({ course, banks, standards }: CourseSource): ContentProblem[] {
  return standards.flatMap((standard) => {
    const file = `standards/${standard.assessment}.yaml`
    const problem = (field: string, reason: ContentProblem['reason']) => ({ file, field, reason })
    const assessment = course.assessments.find((one) => one.id === standard.assessment && one.kind !== 'pre-test')
    if (!assessment) return [problem('assessment', 'field.content.unknown')]
    const asked = banks.filter((bank) => banksOf(assessment).includes(bank.bank)).flatMap((bank) => bank.items.map((item) => item.id))
    const rated = Object.entries(standard.ratings)
    return [
      ...(standard.course !== course.course ? [problem('course', 'field.content.misnamed')] : []),
      ...(assessment.passPercent !== undefined ? [problem('assessment', 'field.content.two-marks')] : []),
      ...rated.filter(([id]) => !asked.includes(id)).map(([id]) => problem(`ratings.${id}`, 'field.content.unknown')),
      ...rated.filter(([, row]) => row.length !== standard.judges.length).map(([id]) => problem(`ratings.${id}`, 'field.content.judges')),
      ...(rated.length < assessment.items ? [problem('ratings', 'field.content.unrated')] : []),
    ]
  })
}
