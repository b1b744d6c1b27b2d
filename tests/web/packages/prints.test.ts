import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import type { Db } from '#db/client.ts'
import { system } from '#modules/actor.ts'
import { latestEditions, publishCourse } from '#modules/courses/index.ts'
import { type Book, bookOf } from '#modules/packages/book.ts'
import { guide } from '#modules/packages/guide.ts'
import { elementsOf, textOf } from '#modules/packages/tree.ts'
import { workbook } from '#modules/packages/workbook.ts'
import { t } from '#modules/words/index.ts'
import { expect, test } from '#tests/database.ts'

// The printed courses on the texts that the build has rendered, read back by a program that is not ours.

const poppler = !spawnSync('pdftotext', ['-v']).error
const about = { version: '1.1.0', origin: 'https://besik.example', changes: [], licence: 'CC BY 4.0' }

async function course(db: Db): Promise<Book> {
  await publishCourse(db, system('test'), { course: 'emergency', demonstration: true })
  const [edition] = await latestEditions(db)
  return bookOf(db, edition!, 'kk')
}

/** Letters and figures of the whole, and the pages. */
function read(bytes: Uint8Array, ...options: string[]): { letters: string; pages: string[] } {
  const path = join(mkdtempSync(join(tmpdir(), 'besik-print-')), 'book.pdf')
  writeFileSync(path, bytes)
  const { stdout, status } = spawnSync('pdftotext', [...options, path, '-'], { encoding: 'utf8', maxBuffer: 64_000_000 })
  expect(status).toBe(0)
  return { letters: bare(stdout), pages: stdout.split('\f') }
}
const bare = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase()

describe.skipIf(!poppler)('printed courses as pdftotext reads them', () => {
  test('a workbook has every lesson on the page that its contents name, every drawing’s caption, the log and the answers; no key, no note', { timeout: 120_000 }, async ({ db }) => {
    const book = await course(db)
    const { bytes } = await workbook.write([book], about)
    const { letters, pages } = read(bytes)
    const lessons = book.days.flatMap((day) => day.lessons)
    const contents = bare(read(bytes, '-layout').pages.slice(1, 4).join('\n'))
    for (const lesson of lessons) {
      // A number runs into that of the next day, which ends in “-күн”.
      const page = new RegExp(`${bare(lesson.title)}(\\d{1,3}?)(?=\\D|\\d-?күн|$)`, 'u').exec(contents)?.[1]
      expect(bare(pages[Number(page) - 1] ?? ''), lesson.title).toContain(bare(lesson.title))
      for (const caption of [...elementsOf(lesson.page.nodes)].filter((one) => one.tag === 'figcaption')) expect(letters).toContain(bare(textOf([caption])))
    }
    expect(letters).toContain(bare(t('kk', 'workbook.answers')))
    const shown = bare(lessons.map((one) => textOf([...one.page.nodes, ...one.answers])).join(' '))
    const secret = [...book.items.values()].flatMap((one) => [one.body.prompt.kk, one.body.rationale.kk]).map(bare).filter((one) => one.length > 30 && !shown.includes(one))
    expect(secret.length).toBeGreaterThan(40)
    expect(secret.filter((one) => letters.includes(one))).toEqual([])
    const notes = lessons.flatMap((one) => [...elementsOf(one.withNotes.nodes)].filter((node) => node.attributes['class'] === 'facilitator').flatMap((node) => [...elementsOf([node])].filter((item) => item.tag === 'li').map((item) => bare(textOf([item])))))
    expect(notes.length).toBeGreaterThan(10)
    expect(notes.filter((one) => letters.includes(one))).toEqual([])
  })

  test('a guide has the guide of each day, every note in its place, every step of every station, and the manuals', { timeout: 120_000 }, async ({ db }) => {
    const book = await course(db)
    const { bytes, contents } = await guide.write([book], about)
    const { letters } = read(bytes)
    for (const { body } of book.stations) for (const step of body.steps) expect(letters).toContain(bare(step.text.kk))
    for (const day of book.days) {
      expect(day.guide).not.toBeNull()
      for (const heading of [...elementsOf(day.guide!.nodes)].filter((one) => one.tag === 'h2')) expect(letters).toContain(bare(textOf([heading])))
    }
    const manuals = contents.find((one) => one.title === t('kk', 'manuals.title'))!.children!
    expect(manuals.length).toBeGreaterThan(3)
    for (const { title } of manuals) expect(letters).toContain(bare(title))
  })
})
