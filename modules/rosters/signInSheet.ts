import { PDFDocument, PDFName } from 'pdf-lib'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { attendanceSheet, trainersOf } from '#modules/cohorts/index.ts'
import { embedFaces } from '#modules/certificates/index.ts'
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
  const document = await PDFDocument.create({ updateMetadata: false })
  const faces = await embedFaces(document)
  for (const content of composeSheets(faces, facts)) {
    const sheet = document.addPage([page.width, page.height])
    for (const { resource, font } of Object.values(faces)) sheet.node.setFontDictionary(PDFName.of(resource), font.ref)
    sheet.node.set(PDFName.of('Contents'), document.context.register(document.context.flateStream(content)))
  }
  document.setTitle(`${facts.title}: ${facts.course}`, { showInWindowTitleBar: true })
  document.setLanguage(facts.locale)
  document.setProducer('Besik')
  return document.save({ addDefaultPage: false, updateFieldAppearances: false, useObjectStreams: true })
}
