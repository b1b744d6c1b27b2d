import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { attendanceSheet } from '#modules/attendance/index.ts'
import { bind, newFaces, types } from '#modules/pdf/index.ts'
import { trainersOf } from '#modules/timetable/index.ts'
import { dateRange, type Locale, locales, t } from '#modules/words/index.ts'
import { composeSheets, page } from './composeSheets.ts'

export const signInSheetInput = z.object({ cohortId: z.uuid(), locale: z.enum(locales) })

/** What is printed: everything as text already, in one language. */
export type SheetFacts = {
  locale: Locale
  title: string
  course: string
  /** Centre, days and room. */
  place: string
  trainers: string | null
  demonstration: boolean
  days: string[]
  people: { seat: number; name: string }[]
}

/**
 * The sheet that people sign on paper, as a PDF to print: A4 across, twenty-five seats a page, five days a page, the heading on
 * each. For those who may mark the attendance of the cohort; not found for anybody else.
 */
export async function signInSheet(db: Db, actor: Actor, { cohortId, locale }: z.infer<typeof signInSheetInput>): Promise<{ name: string; bytes: Uint8Array }> {
  const { cohort, days, people } = await attendanceSheet(db, actor, { cohortId })
  const trainers = await trainersOf(db, actor, { cohortId })
  const bytes = await drawSheets({
    locale, days, people,
    title: t(locale, 'sign-in-sheet.title'),
    course: cohort.titles[locale],
    place: [cohort.centreNames[locale], dateRange(locale, cohort.startsOn, cohort.endsOn), t(locale, 'sign-in-sheet.room', { room: cohort.room })].join(' · '),
    trainers: trainers.length > 0 ? t(locale, 'sign-in-sheet.trainers', { names: trainers.map((one) => one.name).join(', ') }) : null,
    demonstration: cohort.demonstration,
  })
  return { name: `besik-sign-in-sheet-${cohort.startsOn}.pdf`, bytes }
}

/** Draws the sheets with the typefaces of the certificate, which have every Kazakh letter and ask for no other file. */
export async function drawSheets(facts: SheetFacts): Promise<Uint8Array> {
  const faces = newFaces(types())
  const pages = composeSheets(faces, facts).map((content) => ({ ...page, content }))
  return bind({
    faces, pages, id: createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32),
    about: { title: `${facts.title}: ${facts.course}`, author: facts.place, subject: facts.course, language: facts.locale, day: facts.days[0] ?? '2026-01-01' },
  })
}
