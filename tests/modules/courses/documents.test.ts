import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '#tests/database.ts'
import { system } from '#modules/actor.ts'
import { editionOf, guideStands, manualsIn, publishCourse, readCourse } from '#modules/courses/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { courseFolder, type Whole } from './courseFolder.ts'

type Front = Record<string, unknown>
const front = (locale: string, change: Front = {}): Front => ({
  id: 'tiny-guide-1', title: `Guide ${locale}`, day: 1, minutes: 90, review: { translation: locale === 'en' ? 'original' : 'draft', clinical: 'draft' }, sources: [{ title: 'Booklet', edition: '2014' }], ...change,
})
const file = (values: Front, body = '## The day\n\n<Note>\n\nWords.\n\n</Note>\n') => `---\n${JSON.stringify(values)}\n---\n\n${body}`
const guides = (files: Record<string, string>, change: (locale: string) => string = (locale) => file(front(locale))) => {
  for (const locale of ['kk', 'ru', 'en']) files[`guides/${locale}/day-1.mdx`] = change(locale)
}

function faultsOf(run: () => unknown): Record<string, unknown> {
  try {
    run()
  } catch (error) {
    if (error instanceof Refusal && error.code === 'course.content-invalid') return error.fields!
    throw error
  }
  throw new Error('it was read')
}
const read = (change: (files: Record<string, string>) => void) => {
  using folder = courseFolder((_, files) => change(files))
  return readCourse(folder.contentDir, 'tiny')
}

test('a guide is read with its three languages', () => {
  expect(read((files) => guides(files)).guides).toMatchObject([{ slug: 'day-1', day: 1, fronts: { kk: { title: 'Guide kk', minutes: 90 } } }])
  expect(read(() => {}).guides).toEqual([])
})

test.each<[string, (locale: string) => string, string, string]>([
  ['a language is missing', (locale) => (locale === 'ru' ? 'absent' : file(front(locale))), 'guides/ru/day-1.mdx: file', 'field.content.missing-file'],
  ['its id is not its course’s and day’s', (locale) => file(front(locale, { id: 'guide-1' })), 'guides/en/day-1.mdx: id', 'field.content.misnamed'],
  ['its file is another day’s', (locale) => file(front(locale, { day: 2, id: 'tiny-guide-2' })), 'guides/en/day-1.mdx: day', 'field.content.misnamed'],
  ['languages have different minutes', (locale) => file(front(locale, locale === 'kk' ? { minutes: 80 } : {})), 'guides/kk/day-1.mdx: minutes', 'field.content.different'],
  ['languages have different sources', (locale) => file(front(locale, locale === 'ru' ? { sources: [{ title: 'a', edition: 'b' }, { title: 'c', edition: 'd' }] } : {})), 'guides/ru/day-1.mdx: sources', 'field.content.different'],
  ['a heading is missing in one', (locale) => file(front(locale), locale === 'kk' ? '<Note>\n\na\n\n</Note>\n' : undefined), 'guides/kk/day-1.mdx: headings', 'field.content.different'],
  ['a block is missing in one', (locale) => file(front(locale), locale === 'kk' ? '## The day\n' : undefined), 'guides/kk/day-1.mdx: block 1, Note', 'field.content.different'],
  ['a block left open', (locale) => file(front(locale), '## The day\n\n<Note>\n'), 'guides/kk/day-1.mdx: line 7, Note', 'field.content.unclosed'],
  ['a field too many', (locale) => file(front(locale, { order: 1 })), 'guides/kk/day-1.mdx: order', 'field.unrecognized_keys'],
])('refused with file and field: %s', (_, change, field, reason) => {
  expect(faultsOf(() => read((files) => guides(files, change)))).toMatchObject({ [field]: reason })
})

test('a guide is what was taught: it belongs to the edition, and a changed one is another', async ({ db }) => {
  const publish = (change: (course: Whole, files: Record<string, string>) => void) => {
    using folder = courseFolder(change)
    return publishCourse(db, system('test'), { course: 'tiny', demonstration: false }, folder.contentDir)
  }
  const plain = await publish(() => {})
  const first = await publish((_, files) => guides(files))
  const again = await publish((_, files) => guides(files))
  const other = await publish((_, files) => guides(files, (locale) => file(front(locale), '## The day\n\n<Note>\n\nOther words.\n\n</Note>\n')))
  expect([plain.number, first.number, again.number, other.number]).toEqual([1, 2, 2, 3])
  expect((await editionOf(db, plain.editionId)).outline.guides).toBeUndefined()
  const edition = await editionOf(db, first.editionId)
  expect(edition.outline.guides).toEqual([{ day: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }])
  expect(guideStands(edition, edition.outline.guides![0]!)).toBe(false)
})

test('manuals are read, and a slip in one is told with its file', () => {
  using folder = courseFolder()
  const write = (locale: string, values: Front, body?: string) => {
    const path = join(folder.contentDir, `manuals/${locale}/home-visits.mdx`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, file(values, body))
  }
  const manual = (locale: string) => { const { day: _, ...rest } = front(locale, { id: 'manual-home-visits', audience: 'patronage-nurses' }); return rest }
  expect(manualsIn(folder.contentDir)).toEqual([])
  for (const locale of ['kk', 'ru', 'en']) write(locale, manual(locale))
  expect(manualsIn(folder.contentDir)).toMatchObject([{ slug: 'home-visits', fronts: { kk: { audience: 'patronage-nurses' } } }])
  write('kk', { ...manual('kk'), audience: 'managers' })
  expect(faultsOf(() => manualsIn(folder.contentDir))).toEqual({ 'manuals/kk/home-visits.mdx: audience': 'field.content.different' })
  for (const locale of ['kk', 'ru', 'en']) write(locale, { ...manual(locale), id: 'home-visits' })
  expect(faultsOf(() => manualsIn(folder.contentDir))).toEqual({ 'manuals/en/home-visits.mdx: id': 'field.content.misnamed' })
})
