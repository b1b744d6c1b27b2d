import { z } from 'zod'
import type { Bank } from './itemShapes.ts'
import { count, courseSlug, type locales, sentence, slug, texts } from './parts.ts'
import type { FrozenGuide, GuideSource } from './documents.ts'
import type { Standard } from './standards.ts'

// The shapes of what translators and clinicians write in content/courses. A key that nobody knows is refused: it is a slip of the pen.

/** Hours are academic hours, in halves. */
const hours = z.number().min(0).max(400).multipleOf(0.5)
const draft = z.enum(['draft', 'reviewed'])
const translation = z.enum(['draft', 'reviewed', 'original'])

/** How a course is examined, unless one of its assessments says otherwise. */
const rules = z.strictObject({
  attendancePercent: z.int().min(0).max(100),
  passPercent: z.int().min(0).max(100),
  attempts: count.max(100),
  /** Days between two attempts, by the centre's calendar. */
  retakeDays: z.int().min(0).max(365),
  practiceCases: z.int().min(0).max(1000),
  /** How many young infants there must be among the cases, seen or, where a site has none, simulated. */
  practiceYoungInfants: z.int().min(0).max(1000).optional(),
  /** False when certificates of this course may be issued before a document approves the edition; never of an advanced course. */
  approvalRequired: z.boolean().optional(),
})

/** One row of a blueprint: so many questions about this topic, of this competency, or about the topic of this competency. */
const row = z.strictObject({ topic: slug.optional(), competency: slug.optional(), items: count.max(200) })

const assessment = z.strictObject({
  id: slug,
  kind: z.enum(['pre-test', 'quiz', 'post-test']),
  /** A daily quiz opens with this day of the course, by the centre's calendar. */
  day: count.max(30).optional(),
  minutes: count.max(600),
  items: count.max(200),
  /** The bank, or the banks, that it draws from. */
  bank: z.union([slug, z.array(slug).min(1)]),
  /** How many questions of what; without one, topics share the questions by their part of the bank. */
  blueprint: z.array(row).min(1).optional(),
  titles: texts,
  attempts: count.max(100).optional(),
  retakeDays: z.int().min(0).max(365).optional(),
  passPercent: z.int().min(0).max(100).optional(),
})

const day = z.strictObject({
  day: count.max(30),
  titles: texts,
  hours,
  practiceHours: hours,
  objectives: z.array(texts),
  sessions: z.array(z.strictObject({ hours, kind: z.enum(['theory', 'practice', 'clinical', 'self-study', 'assessment']), titles: texts })),
})

export const courseShape = z.strictObject({
  course: courseSlug,
  /** The guideline edition that is taught; one of `guidelines`. */
  guideline: slug,
  titles: texts,
  short: texts,
  summary: texts,
  /** The kind of certificate it leads to, by its name in the table of kinds; publishing asks whether it is there. */
  kind: z.string().regex(/^[a-z][a-z-]{1,40}$/),
  hours: count.max(2000),
  academicHourMinutes: z.int().min(30).max(60),
  /** How long a certificate is valid; null is for ever. */
  validityMonths: z.int().min(1).max(240).nullable(),
  guidelines: z.array(z.strictObject({ id: slug, titles: texts, year: z.int().min(1990).max(2100) })).min(1),
  /** What questions are about, and what they examine: each question names one of both. */
  topics: z.array(z.strictObject({ id: slug, titles: texts })).optional(),
  competencies: z.array(z.strictObject({ id: slug, titles: texts })).optional(),
  rules,
  assessments: z.array(assessment),
  review: z.strictObject({ clinical: draft, translation: z.strictObject({ kk: translation, ru: translation, en: translation }) }),
  days: z.array(day).min(1),
})

export const lessonShape = z.strictObject({
  id: slug,
  title: sentence,
  day: count.max(30),
  order: count.max(99),
  minutes: count.max(600),
  kind: z.enum(['theory', 'practice', 'clinical', 'self-study']),
  objectives: z.array(sentence).min(1).max(8),
  keyPoints: z.array(sentence).min(1).max(8),
  /** For whoever teaches the lesson: never shown to a trainee. */
  facilitator: z.array(sentence).min(1).max(12).optional(),
  guideline: slug,
  sources: z.array(z.strictObject({ title: sentence, edition: sentence, part: sentence.optional() })).min(1),
  review: z.strictObject({ translation, clinical: draft }),
})

export const stationShape = z.strictObject({
  station: slug,
  course: courseSlug,
  day: count.max(30),
  minutes: count.max(600),
  titles: texts,
  instructions: texts,
  /** Share of all steps that must be done; every critical one must be. */
  passPercent: z.int().min(0).max(100),
  steps: z.array(z.strictObject({ id: slug, critical: z.boolean(), text: texts })).min(1).max(40),
})

type CourseFile = z.infer<typeof courseShape>
/** What an edition freezes beside its columns: the days, the rules, the tests and how far the texts were reviewed. */
export type Outline = Omit<CourseFile, 'course' | 'guideline' | 'titles' | 'kind' | 'hours' | 'validityMonths'> & { standards?: Standard[]; guides?: FrozenGuide[] }
export type OutlineDay = CourseFile['days'][number]
export type OutlineAssessment = CourseFile['assessments'][number]
export type BlueprintRow = NonNullable<OutlineAssessment['blueprint']>[number]
/** The banks that an assessment draws from. */
export const banksOf = ({ bank }: Pick<OutlineAssessment, 'bank'>): readonly string[] => (Array.isArray(bank) ? bank : [bank])

export type LessonFront = z.infer<typeof lessonShape>
export type StationFile = z.infer<typeof stationShape>
/** A station as an edition freezes it. */
export type StationBody = Omit<StationFile, 'station' | 'course'>

/** One lesson in the three languages: what must be equal, and each language's own front matter and raw text. */
export type LessonSource = Pick<LessonFront, 'id' | 'day' | 'order' | 'minutes' | 'kind' | 'guideline'> & {
  slug: string
  fronts: Record<(typeof locales)[number], LessonFront>
  /** The text below each front matter, as written: Astro renders it. */
  bodies: Record<(typeof locales)[number], string>
  /** SHA-256 of each language's file, hex. */
  digests: Record<(typeof locales)[number], string>
}

export type CourseSource = {
  course: CourseFile
  lessons: LessonSource[]
  banks: Bank[]
  stations: StationFile[]
  /** How pass marks were set, by panels. */
  standards: Standard[]
  /** The facilitator's guide of each day that has one. */
  guides: GuideSource[]
  /** SHA-256 of each figure that the lessons show, by name, hex. */
  figures: Record<string, string>
}
