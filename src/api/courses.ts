import { z } from 'zod'
import { type Edition, editionsOf, latestEditions, lessonsOf } from '#modules/courses/index.ts'
import { kindsOf } from '#modules/certificates/index.ts'
import { found } from '#modules/refusal.ts'
import { call } from './call.ts'

const texts = z.object({ kk: z.string(), ru: z.string(), en: z.string() })
const brief = {
  course: z.string(), edition: z.int(), titles: texts, short: texts, summary: texts, kind: z.string(), hours: z.int(), guideline: z.string(),
  demonstration: z.boolean(), approved: z.boolean(), publishedAt: z.iso.datetime(),
}
const briefShape = z.object(brief)
const courseShape = z.object({
  ...brief,
  academicHourMinutes: z.int(),
  validityMonths: z.int().nullable(),
  contentHash: z.string(),
  approval: z.object({ body: z.string(), number: z.string(), date: z.iso.date() }).nullable(),
  guidelines: z.array(z.object({ id: z.string(), titles: texts, year: z.int() })),
  review: z.object({ clinical: z.string(), translation: z.object({ kk: z.string(), ru: z.string(), en: z.string() }) }),
  rules: z.object({ attendancePercent: z.int(), passPercent: z.int(), attempts: z.int(), retakeDays: z.int(), practiceCases: z.int(), practiceYoungInfants: z.int() }),
  assessments: z.array(z.object({ id: z.string(), kind: z.string(), titles: texts, minutes: z.int(), items: z.int() })),
  days: z.array(z.object({
    day: z.int(), titles: texts, hours: z.number(), practiceHours: z.number(), objectives: z.array(texts),
    sessions: z.array(z.object({ hours: z.number(), kind: z.string(), titles: texts })),
    lessons: z.array(z.object({ id: z.string(), slug: z.string(), titles: texts, minutes: z.int(), kind: z.string() })),
  })),
  editions: z.array(z.object({ edition: z.int(), id: z.uuid(), guideline: z.string(), demonstration: z.boolean(), approved: z.boolean(), publishedAt: z.iso.datetime() })),
})

const briefly = ({ course, number, titles, kind, hours, guideline, demonstration, approval, publishedAt, outline: { short, summary } }: Edition) =>
  ({ course, edition: number, titles, short, summary, kind, hours, guideline, demonstration, approved: approval !== null, publishedAt: publishedAt.toISOString() })

export const courseCalls = [
  call({
    method: 'GET', path: '/certificate-kinds', summary: 'Kinds of certificate that courses lead to, with their words of today and what each asks for', who: ['anyone'], cache: 'max-age=60',
    answers: {
      200: z.object({
        items: z.array(z.object({
          kind: z.string(), titles: texts, confirms: texts, legalBasis: texts.nullable(), template: z.enum(['certificate', 'attendance']), approvalRequired: z.boolean(), accreditationRequired: z.boolean(),
          otherwise: z.string().nullable().describe('The kind that a centre without accreditation issues instead'),
          credited: z.boolean().describe('Its hours are credits of continuing education'), certifies: z.boolean().describe('False for a statement of attendance, which is not counted'),
        })),
        cursor: z.null(),
      }),
    },
    async run({ db }) {
      const items = (await kindsOf(db)).map(({ kind, titles, confirms, legalBasis, template, approvalRequired, accreditationRequired, otherwise, credited, certifies }) =>
        ({ kind, titles, confirms, legalBasis, template, approvalRequired, accreditationRequired, otherwise, credited, certifies }))
      return { status: 200, json: { items, cursor: null } }
    },
  }),
  call({
    method: 'GET', path: '/courses', summary: 'Courses, each in its newest edition', who: ['anyone'],
    answers: { 200: z.object({ items: z.array(briefShape), cursor: z.null() }) },
    run: async ({ db }) => ({ status: 200, json: { items: (await latestEditions(db)).map(briefly), cursor: null } }),
  }),
  call({
    method: 'GET', path: '/courses/{course}', summary: 'A course: days, lessons and rules of its newest edition, and all its editions', who: ['anyone'],
    params: z.object({ course: z.string() }),
    answers: { 200: courseShape },
    run: async ({ db, params }) => {
      const all = await editionsOf(db, params.course)
      const newest = found(all[0])
      const lessons = await lessonsOf(db, newest.id)
      const { academicHourMinutes, guidelines, review, rules, assessments, days } = newest.outline
      return {
        status: 200,
        json: {
          ...briefly(newest), academicHourMinutes, guidelines, review, validityMonths: newest.validityMonths, contentHash: newest.contentHash, approval: newest.approval,
          rules: { attendancePercent: rules.attendancePercent, passPercent: rules.passPercent, attempts: rules.attempts, retakeDays: rules.retakeDays, practiceCases: rules.practiceCases, practiceYoungInfants: rules.practiceYoungInfants ?? 0 },
          assessments: assessments.map(({ id, kind, titles, minutes, items }) => ({ id, kind, titles, minutes, items })),
          days: days.map(({ day, titles, hours, practiceHours, objectives, sessions }) => ({
            day, titles, hours, practiceHours, objectives, sessions,
            lessons: lessons.filter((lesson) => lesson.day === day).map(({ id, slug, titles, minutes, kind }) => ({ id, slug, titles, minutes, kind })),
          })),
          editions: all.map(({ number, id, guideline, demonstration, approval, publishedAt }) => ({ edition: number, id, guideline, demonstration, approved: approval !== null, publishedAt: publishedAt.toISOString() })),
        },
      }
    },
  }),
]
