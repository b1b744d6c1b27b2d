import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { describe } from 'vitest'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { system } from '#modules/actor.ts'
import { banksOf, contentFolder, coursesIn, type Item, latestEditions, publishCourse, readTexts, withoutFacilitatorParts } from '#modules/courses/index.ts'
import { type PackageFormat, packageLocales } from '#modules/packages/index.ts'
import { formats } from '#modules/packages/formats.ts'
import { memory } from '#modules/packages/makeApart.ts'
import { type Source, sourceOf } from '#modules/packages/source.ts'
import { type Locale, locales } from '#modules/words/index.ts'
import { expect, test } from '#tests/database.ts'
import type { Told, Wanted } from './makeAll.ts'
import { xmlFaults } from './libxml.ts'
import { letters, oneLine, type Read, readCartridge, readEpub, readGift, readMoodleXml, readScorm } from './readers.ts'

// Every package of every course: made in a process of its own within its time and memory, and read back by other code to what the
// edition has frozen and the authors have written.

const whole = packageLocales.flatMap((locale) => formats.map(({ format }) => [locale, format] as const))
const spoken = (locale: (typeof packageLocales)[number]): readonly Locale[] => (locale === 'all' ? locales : [locale])

/** What processes of their own made of an edition, in another time zone and language than this one when `elsewhere`; a new one goes on where one has grown. */
async function make(source: Source, forms: Wanted['forms'], elsewhere = false): Promise<Told[]> {
  const all: Told[] = []
  while (all.length < forms.length) {
    const child = fork('tests/web/packages/makeAll.ts', { serialization: 'advanced', execArgv: memory, env: { ...process.env, ...(elsewhere ? { TZ: 'Asia/Almaty', LANG: 'ru_RU.UTF-8', LC_ALL: 'ru_RU.UTF-8' } : {}) } })
    child.send({ making: { source, version: '1.0.0', origin: 'https://besik.example', changes: [] }, forms: forms.slice(all.length) } satisfies Wanted)
    const [told] = (await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => { throw new Error(`the process that makes packages ended with ${code}`) })])) as [Told[]]
    all.push(...told)
  }
  return all
}

type Course = { source: Source; told: Told[]; bytes(locale: (typeof packageLocales)[number], format: PackageFormat): Uint8Array }
const made = new Map<string, Promise<Course>>()

/** A course with all its packages, made once for this file. */
function courseOf(db: Db, course: string): Promise<Course> {
  const known = made.get(course)
  if (known) return known
  const now = (async (): Promise<Course> => {
    await publishCourse(db, system('test'), { course, demonstration: true })
    const source = await sourceOf(db, (await latestEditions(db)).find((one) => one.course === course)!)
    const told = await make(source, whole)
    return { source, told, bytes: (locale, format) => readFileSync(join(environment().dataDir, 'packages', told.find((one) => one.locale === locale && one.format === format)!.sha256 || `${course} ${locale} ${format} was not made`)) }
  })()
  made.set(course, now)
  return now
}

type Prose = { learner: string[]; facilitator: string[] }
const proses = new Map<string, Map<string, Prose>>()

/** Prose of a lesson as its author wrote it: lines without any mark-up. `facilitator` is what stands in the parts for those who teach. */
function proseOf(course: string, slug: string, locale: Locale): Prose {
  if (!proses.has(course)) proses.set(course, new Map(readTexts(contentFolder(), course).lessons.flatMap((lesson) => locales.map((one) => [`${one} ${lesson.slug}`, splitProse(lesson.bodies[one])] as const))))
  return proses.get(course)!.get(`${locale} ${slug}`)!
}

function splitProse(body: string): Prose {
  const prose = (text: string) => text.split('\n').map((line) => line.trim()).filter((line) => /^[\p{L}«“]/u.test(line) && !/[<>{}[\]|*_`=\\]/.test(line) && letters(line).length > 25).map(letters)
  const learner = prose(withoutFacilitatorParts(body))
  return { learner, facilitator: prose(body).filter((line) => !learner.includes(line)) }
}

const say = (id: string, among: readonly { id: string; text: Record<Locale, string> }[], locale: Locale) => oneLine(among.find((one) => one.id === id)!.text[locale])
const sorted = (texts: readonly string[]) => texts.toSorted()

/** Holds a question that was read against the one that the edition froze. */
function compare(item: Item, locale: Locale, read: Read, where: string) {
  const { prompt, rationale } = item.body
  expect(letters(read.prompt), where).toContain(letters(prompt[locale]))
  expect(letters(read.feedback), where).toContain(letters(rationale[locale]))
  expect(read.weight, where).toBe(1)
  switch (item.kind) {
    case 'numeric':
      expect(read.number, where).toEqual({ value: item.body.key.value, tolerance: item.body.key.tolerance })
      break
    case 'matching': {
      const { key, left, options } = item.body
      expect(read.pairs.toSorted(), where).toEqual(key.map(([one, other]) => [say(one, left, locale), say(other, options, locale)]).toSorted())
      expect(sorted(read.others), where).toEqual(sorted(options.filter((one) => !key.some(([, right]) => right === one.id)).map((one) => oneLine(one.text[locale]))))
      break
    }
    case 'ordering':
      expect(read.order, where).toEqual(item.body.key.map((id) => say(id, item.body.options, locale)))
      break
    default: {
      const { key, options } = item.body
      expect(sorted(read.choices.map((one) => one.text)), where).toEqual(sorted(options.map((one) => oneLine(one.text[locale]))))
      expect(sorted(read.choices.filter((one) => one.share > 0).map((one) => one.text)), where).toEqual(sorted(key.map((id) => say(id, options, locale))))
      expect(read.choices.filter((one) => one.share > 0).reduce((sum, one) => sum + one.share, 0), where).toBeCloseTo(100, 2)
    }
  }
}

/** Every package of one course. A file for each, so that two courses are made at once. */
export const everyPackage = (course: string) => describe(course, () => {
  test('is made in every form and language, each within a minute and 512 MB', { timeout: 600_000 }, async ({ db }) => {
    const { told } = await courseOf(db, course)
    expect(told.map((one) => `${one.locale} ${one.format}`)).toEqual(whole.map((one) => one.join(' ')))
    expect(told.filter((one) => one.fault).map((one) => `${one.locale} ${one.format}: ${one.fault}`)).toEqual([])
    const over = told.filter((one) => one.milliseconds > 60_000 || one.megabytes > 512).map((one) => `${one.locale} ${one.format}: ${Math.round(one.milliseconds / 1000)} s, ${Math.round(one.megabytes)} MB`)
    expect(over).toEqual([])
  })

  test('is the same bytes in another process, time zone and language of the machine', { timeout: 300_000 }, async ({ db }) => {
    const { source, told } = await courseOf(db, course)
    const forms = formats.map(({ format }) => ['ru', format] as const)
    const again = await make(source, forms, true)
    expect(again.map((one) => [one.format, one.sha256])).toEqual(forms.map(([locale, format]) => [format, told.find((one) => one.locale === locale && one.format === format)!.sha256]))
  })

  test('libxml finds nothing wrong in any of its XML', { timeout: 300_000 }, async ({ db }) => {
    const { bytes } = await courseOf(db, course)
    for (const { format } of formats) expect(await xmlFaults(format, bytes('all', format)), format).toEqual([])
  })

  test('Moodle XML holds every question of the edition whole, in its category, and no other', { timeout: 300_000 }, async ({ db }) => {
    const { source, bytes } = await courseOf(db, course)
    for (const locale of packageLocales) {
      const read = readMoodleXml(bytes(locale, 'moodle-xml'))
      expect(sorted([...read.keys()])).toEqual(sorted(spoken(locale).flatMap((one) => [...source.items.keys()].map((id) => `${course}-${one}-${id}`))))
      for (const one of spoken(locale)) {
        for (const item of source.items.values()) {
          const question = read.get(`${course}-${one}-${item.id}`)!
          compare(item, one, question, `${locale} ${one} ${item.id}`)
          expect(question.category.split('/').at(-1)).toBe(item.bank)
          const wrong = question.choices.filter((choice) => choice.share < 0).map((choice) => choice.share)
          // Ticking everything earns nothing, and where part counts each wrong tick takes its share.
          if (item.kind === 'multiple' && wrong.length > 0) expect(Math.min(...wrong), item.id).toBeCloseTo(item.body.credit === 'part' ? -100 / wrong.length : -100, 2)
        }
      }
    }
  })

  test('GIFT holds the same questions; of an order the right one stands in its feedback', { timeout: 300_000 }, async ({ db }) => {
    const { source, bytes } = await courseOf(db, course)
    for (const locale of packageLocales) {
      const read = readGift(bytes(locale, 'gift'))
      expect(sorted([...read.keys()])).toEqual(sorted(spoken(locale).flatMap((one) => [...source.items.keys()].map((id) => `${course}-${one}-${id}`))))
      for (const one of spoken(locale)) {
        for (const item of source.items.values()) {
          const question = read.get(`${course}-${one}-${item.id}`)!
          compare(item, one, item.kind === 'ordering' ? { ...question, order: orderSaid(item, one, question) } : question, `${locale} ${one} ${item.id}`)
        }
      }
    }
  })

  test.for(['cc-1.1', 'cc-1.3'] as const)('%s has the days, lessons, texts and tests of the edition in their order; what is for those who teach is hidden', { timeout: 300_000 }, async (format, { db }) => {
    const { source, bytes } = await courseOf(db, course)
    const { outline } = source.edition
    for (const locale of packageLocales) {
      const { sections, title } = readCartridge(bytes(locale, format))
      expect([...title.keys()]).toEqual([...spoken(locale)])
      let next = 0
      for (const one of spoken(locale)) {
        expect(title.get(one)).toBe(source.edition.titles[one])
        const days = sections.slice(next + 1, next + 1 + outline.days.length)
        const own = sections.slice(next, next + 1 + outline.days.length + (outline.assessments.some((test) => test.kind === 'post-test') ? 1 : 0))
        next += own.length
        for (const [index, day] of outline.days.entries()) {
          const lessons = source.lessons.filter((lesson) => lesson.day === day.day)
          expect(days[index]!.title).toContain(oneLine(day.titles[one]))
          expect(days[index]!.parts.slice(0, lessons.length).map((part) => [part.title, part.hidden])).toEqual(lessons.map((lesson) => [oneLine(lesson.titles[one]), false]))
          const hidden = days[index]!.parts.filter((part) => part.hidden)
          expect(hidden.map((part) => part.title)).toEqual(expect.arrayContaining(source.stations.filter(({ body }) => body.day === day.day).map(({ body }) => oneLine(body.titles[one]))))
          for (const [at, lesson] of lessons.entries()) {
            const { learner, facilitator } = proseOf(course, lesson.slug, one)
            const page = letters(days[index]!.parts[at]!.text)
            expect(learner.filter((line) => !page.includes(line)), `${one} ${lesson.slug}`).toEqual([])
            const open = letters(days[index]!.parts.filter((part) => !part.hidden).map((part) => part.text).join(' '))
            const taught = letters(hidden.map((part) => part.text).join(' '))
            expect(facilitator.filter((line) => open.includes(line)), `${one} ${lesson.slug}`).toEqual([])
            expect(facilitator.filter((line) => !taught.includes(line)), `${one} ${lesson.slug}`).toEqual([])
          }
        }
        const tests = own.flatMap((section) => section.parts).filter((part) => part.test)
        expect(sorted(tests.map((part) => part.test!.title))).toEqual(sorted(outline.assessments.map((test) => oneLine(test.titles[one]))))
        for (const planned of outline.assessments) {
          const part = tests.find((each) => each.test!.title === oneLine(planned.titles[one]))!
          expect([part.hidden, part.test!.minutes], planned.id).toEqual([planned.kind !== 'quiz', planned.minutes])
          const wanted = [...source.items.values()].filter((item) => banksOf(planned).includes(item.bank))
          compareTest(wanted, one, part.test!.items, `${locale} ${one} ${planned.id}`)
        }
      }
      expect(next).toBe(sections.length)
    }
  })

  test('the book has every lesson in the order of the course, in its languages, and nothing for those who teach', { timeout: 300_000 }, async ({ db }) => {
    const { source, bytes } = await courseOf(db, course)
    for (const locale of packageLocales) {
      const book = readEpub(bytes(locale, 'epub-3'))
      expect(book.languages).toEqual([...spoken(locale)])
      expect(book.days.map((day) => day.chapters.map((chapter) => chapter.title))).toEqual(spoken(locale).flatMap((one) => source.edition.outline.days.map((day) => source.lessons.filter((lesson) => lesson.day === day.day).map((lesson) => oneLine(lesson.titles[one])))))
      const inOrder = book.days.flatMap((day) => day.chapters.map((chapter) => chapter.path))
      expect(book.chapters.map((chapter) => chapter.path).filter((path) => inOrder.includes(path))).toEqual(inOrder)
      for (const one of spoken(locale)) {
        for (const lesson of source.lessons) {
          const { learner, facilitator } = proseOf(course, lesson.slug, one)
          const text = letters(book.chapters.find((chapter) => chapter.path === `${one}/${lesson.slug}.xhtml`)!.text)
          expect(learner.filter((line) => !text.includes(line)), `${one} ${lesson.slug}`).toEqual([])
          expect(facilitator.filter((line) => text.includes(line)), `${one} ${lesson.slug}`).toEqual([])
        }
      }
    }
  })

  test('SCORM has one package a day with its lessons, texts and quiz', { timeout: 300_000 }, async ({ db }) => {
    const { source, bytes } = await courseOf(db, course)
    for (const locale of packageLocales) {
      const days = readScorm(bytes(locale, 'scorm-1.2'))
      expect([...days.keys()]).toEqual(spoken(locale).flatMap((one) => source.edition.outline.days.map(({ day }) => `${course}-${one}-day-${day}.zip`)))
      for (const one of spoken(locale)) {
        for (const { day, titles } of source.edition.outline.days) {
          const { title, pages } = days.get(`${course}-${one}-day-${day}.zip`)!
          expect(title).toContain(oneLine(titles[one]))
          const lessons = source.lessons.filter((lesson) => lesson.day === day)
          const quiz = source.edition.outline.assessments.find((test) => test.kind === 'quiz' && test.day === day)
          expect(pages.map((page) => page.title)).toEqual([...lessons.map((lesson) => oneLine(lesson.titles[one])), ...(quiz ? [oneLine(quiz.titles[one])] : [])])
          expect(pages.map((page) => page.questions)).toEqual([...lessons.map(() => 0), ...(quiz ? [[...source.items.values()].filter((item) => banksOf(quiz).includes(item.bank)).length] : [])])
          for (const [index, lesson] of lessons.entries()) {
            const { learner, facilitator } = proseOf(course, lesson.slug, one)
            const text = letters(pages[index]!.text)
            expect(learner.filter((line) => !text.includes(line)), `${one} ${lesson.slug}`).toEqual([])
            expect(facilitator.filter((line) => text.includes(line)), `${one} ${lesson.slug}`).toEqual([])
          }
        }
      }
    }
  })

  test('the sources are the authors’ own files, to the byte', { timeout: 300_000 }, async ({ db }) => {
    const { source, bytes } = await courseOf(db, course)
    for (const locale of packageLocales) {
      const files = unzipSync(bytes(locale, 'sources-zip'))
      const own = Object.keys(files).filter((path) => path.startsWith(`${course}/`))
      for (const path of own) expect(Buffer.compare(Buffer.from(files[path]!), readFileSync(join(contentFolder(), 'courses', path))), path).toBe(0)
      expect(own).toEqual(expect.arrayContaining(spoken(locale).flatMap((one) => source.lessons.map((lesson) => `${course}/${one}/${lesson.slug}.mdx`))))
      expect(own.filter((path) => locales.some((one) => !spoken(locale).includes(one) && path.split('/').includes(one)))).toEqual([])
    }
  })

  test('has a file of its own', () => {
    expect(coursesIn().map((one) => `${one}.test.ts`).filter((file) => !readdirSync('tests/web/packages').includes(file))).toEqual([])
  })

  test('the authors’ prose that all this was held against is most of every lesson', () => {
    for (const lesson of readTexts(contentFolder(), course).lessons) {
      for (const locale of locales) expect(proseOf(course, lesson.slug, locale).learner.length, `${locale} ${lesson.slug}`).toBeGreaterThan(2)
    }
  })
})

/** The order that a free answer's feedback tells: letters first, each of which the question has explained. */
function orderSaid(item: Item & { kind: 'ordering' }, locale: Locale, read: Read): string[] {
  const told = /^([A-Z](?:, [A-Z])*)\./.exec(read.feedback)![1]!.split(', ')
  const texts = item.body.options.map((one) => oneLine(one.text[locale]))
  return told.map((label) => texts.filter((text) => read.prompt.includes(`${label}) ${text}`)).toSorted((one, other) => other.length - one.length)[0]!)
}

/** A test of a cartridge: its profile has no order, no pairs and no tolerance, so each becomes what it can hold. */
function compareTest(items: readonly Item[], locale: Locale, read: ReadonlyMap<string, Read>, where: string) {
  const ident = (item: Item, part?: number) => `Q_${item.id.replace(/[^A-Za-z0-9]+/g, '_')}${part === undefined ? '' : `_${part}`}`
  const expected = items.flatMap((item) => (item.kind === 'matching' ? item.body.key.map((_, index) => ident(item, index + 1)) : [ident(item)]))
  expect(sorted([...read.keys()]), where).toEqual(sorted(expected))
  for (const item of items) {
    const at = `${where} ${item.id}`
    if (item.kind === 'matching') {
      const parts = item.body.key.map((_, index) => read.get(ident(item, index + 1))!)
      const { left, options, key } = item.body
      for (const part of parts) expect(sorted(part.choices.map((one) => one.text)), at).toEqual(sorted(options.map((one) => oneLine(one.text[locale]))))
      const pairs = parts.map((part): [string, string] => {
        const thing = left.map((one) => oneLine(one.text[locale])).filter((text) => part.prompt.endsWith(text)).toSorted((one, other) => other.length - one.length)[0]!
        return [thing, part.choices.find((one) => one.share === 100)!.text]
      })
      expect(pairs.toSorted(), at).toEqual(key.map(([one, other]): [string, string] => [say(one, left, locale), say(other, options, locale)]).toSorted())
      continue
    }
    const question = read.get(ident(item))!
    if (item.kind === 'ordering') compare(item, locale, { ...question, order: orderSaid(item, locale, question) }, at)
    else if (item.kind === 'numeric') {
      const { value, tolerance } = item.body.key
      const values = question.accepted.map((text) => Number(text.replace(',', '.')))
      expect(values, at).toContain(value)
      expect(values.filter((one) => Math.abs(one - value) > tolerance + 1e-9), at).toEqual([])
      compare(item, locale, { ...question, number: { value, tolerance } }, at)
    } else compare(item, locale, question, at)
  }
}
