import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentFolder, readCourse, readGlossary } from '#modules/courses/index.ts'
import { classificationRows } from '#modules/protocols/index.ts'
import { locales } from '#modules/words/index.ts'
import { type Server, startServer, Visitor } from '#tests/server.ts'

// What is for facilitators, sentence by sentence, is looked for in every byte of every lesson page that a trainee receives: when
// the page is rendered for the first time and when it comes from what the server keeps, whoever asked before.

const { lessons } = readCourse(contentFolder(), 'imci')
type Locale = (typeof locales)[number]

/** The sentences of a lesson that are for facilitators only: its front matter's and its blocks'. */
function canaries(lesson: (typeof lessons)[number], locale: Locale): string[] {
  const blocks = [...lesson.bodies[locale].matchAll(/<Facilitator>([\s\S]*?)<\/Facilitator>/g)].map(([, text]) => text!)
  return [...(lesson.fronts[locale].facilitator ?? []), ...blocks].flatMap((text) => text.split(/<[^>]*>|\n\s*\n|(?<=[.!?:;])\s+|\*\*/)).map((text) => text.replace(/^[\s\d.-]+/, '').trim()).filter((text) => text.length > 12)
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0' }
const decoded = (html: string) => html.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, dec, hex, name) => (dec ? String.fromCodePoint(Number(dec)) : hex ? String.fromCodePoint(parseInt(hex, 16)) : (entities[name] ?? whole)))
/** The page's text as a reader sees it, and the page's source: a canary in either has got out. */
const everything = (html: string) => `${decoded(html.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ')}\n${decoded(html)}`

let server: Server
const who = {} as Record<'trainee' | 'trainer' | 'coordinator' | 'administrator' | 'college' | 'ministry', Visitor>
const emails = { trainee: 'trainee', trainer: 'trainer', coordinator: 'coordinator2', administrator: 'admin', college: 'college', ministry: 'ministry' }
let edition: number

beforeAll(async () => {
  server = await startServer()
  for (const [name, email] of Object.entries(emails)) who[name as 'trainee'] = await new Visitor(server).signIn(`${email}@demo.kz`)
  edition = (await who.trainee.call('GET', '/courses/imci')).body.edition
})
afterAll(() => server.stop())

async function page(visitor: Visitor, locale: Locale, slug: string): Promise<string> {
  const { status, text } = await visitor.open(`/${locale}/learn/courses/imci/${edition}/${slug}`)
  expect([slug, locale, status]).toEqual([slug, locale, 200])
  return text
}
const found = (html: string, sentences: string[]) => sentences.filter((sentence) => everything(html).includes(sentence))

const cases = lessons.flatMap((lesson) => locales.map((locale) => [lesson.slug, locale, lesson] as const))

test('there is something to keep from trainees in every lesson and language, in the front matter and in the text', () => {
  for (const [slug, locale, lesson] of cases) expect([slug, locale, canaries(lesson, locale).length >= 2]).toEqual([slug, locale, true])
  expect(cases.some(([, locale, lesson]) => lesson.bodies[locale].includes('<Facilitator>'))).toBe(true)
})

describe('notes for facilitators', () => {
  test.each(cases)('%s in %s: the trainer has them all, the trainee not one, whoever comes first and however often', async (slug, locale, lesson) => {
    const sentences = canaries(lesson, locale)
    // In half of the lessons the trainee's page is the first that the server renders.
    const order = lesson.order % 2 ? (['trainer', 'trainee'] as const) : (['trainee', 'trainer'] as const)
    for (const name of [...order, ...order, ...order]) {
      const html = await page(who[name], locale, slug)
      expect([name, found(html, sentences)]).toEqual([name, name === 'trainer' ? sentences : []])
      expect([name, html.includes('class="facilitator"')]).toEqual([name, name === 'trainer'])
    }
  })

  test.each(['coordinator', 'administrator'] as const)('the %s reads them, of whatever centre', async (name) => {
    for (const [slug, locale, lesson] of cases.slice(0, 6)) expect(found(await page(who[name], locale, slug), canaries(lesson, locale))).toEqual(canaries(lesson, locale))
  })

  test.each(['college', 'ministry'] as const)('the %s does not', async (name) => {
    for (const [slug, locale, lesson] of cases.slice(0, 6)) expect(found(await page(who[name], locale, slug), canaries(lesson, locale))).toEqual([])
  })

  test('a trainer who takes a seat in a group of the course reads as a trainee, until the seat is given back', async () => {
    const [slug, locale, lesson] = cases.at(-1)!
    const cohorts = (await who.trainer.call('GET', '/cohorts?limit=200&state=open')).body.items as { id: string; course: string; enrolled: number; capacity: number }[]
    const open = cohorts.find((one) => one.course === 'imci' && one.enrolled < one.capacity)!
    expect(found(await page(who.trainer, locale, slug), canaries(lesson, locale))).toHaveLength(canaries(lesson, locale).length)
    expect((await who.trainer.call('POST', `/cohorts/${open.id}/enrolments`, {}, { 'idempotency-key': crypto.randomUUID() })).status).toBe(201)
    for (let visit = 0; visit < 3; visit++) expect(found(await page(who.trainer, locale, slug), canaries(lesson, locale))).toEqual([])
    expect((await who.trainer.call('DELETE', `/cohorts/${open.id}/enrolments/me`)).status).toBe(204)
    for (let visit = 0; visit < 3; visit++) expect(found(await page(who.trainer, locale, slug), canaries(lesson, locale))).toHaveLength(canaries(lesson, locale).length)
  })

  test('no answer of the API holds one', async () => {
    for (const path of ['/courses', '/courses/imci']) {
      const answer = JSON.stringify((await who.trainee.call('GET', path)).body)
      for (const [, locale, lesson] of cases) expect(found(answer, canaries(lesson, locale))).toEqual([])
    }
  })
})

test('a lesson’s page shows what stands in the protocols and in the glossary, not what somebody typed', async () => {
  const html = await page(who.trainee, 'en', '1-03-cough-or-difficult-breathing')
  const text = everything(html)
  for (const { name, signs, treatments } of classificationRows('who-imci-2014', 'cough')) {
    for (const said of [name, signs, ...treatments.map((one) => one.text)]) expect(text).toContain(said.en)
  }
  const term = readGlossary(contentFolder()).get('chest-indrawing')!
  for (const said of [term.kk, term.ru, term.en, term.definition.en]) expect(text).toContain(said)
  expect(html).toMatch(/<button[^>]*popovertarget="term-1"/)
  expect(html).not.toMatch(/\sstyle="|<script(?![^>]*\ssrc=)|\son\w+="/)
})
