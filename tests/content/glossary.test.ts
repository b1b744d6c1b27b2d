import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { blocks, contentFolder, readBlocks, readCourse, readGlossary } from '#modules/courses/index.ts'
import { locales } from '#modules/words/index.ts'

const glossary = readGlossary(contentFolder())
const terms = [...glossary.values()]
const text = readFileSync('content/glossary.yaml', 'utf8')

test('it has the words that the courses need, each once, in the order of their ids', () => {
  expect(terms.length).toBeGreaterThanOrEqual(60)
  const ids = terms.map((term) => term.id)
  expect(ids).toEqual([...new Set(ids)].sort())
  for (const locale of locales) {
    const names = terms.map((term) => term[locale].toLowerCase())
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  }
})

describe.each(locales)('in %s', (locale) => {
  test.each(terms.map((term) => [term.id, term] as const))('%s has a name and one short sentence of its own', (_, term) => {
    const meaning = term.definition[locale]
    expect(meaning).toMatch(/^\p{Lu}.*\.$/u)
    expect(meaning.length).toBeLessThan(200)
    expect(meaning.replace(/\.$/, '')).not.toMatch(/[.!?]\s/)
    expect(term[locale]).not.toMatch(/^\s|\s$|[.;]$/)
  })
})

test('Kazakh is no Russian and no English, and Russian is no English', () => {
  for (const term of terms) {
    const names = locales.map((locale) => term.definition[locale])
    expect([term.id, new Set(names).size]).toEqual([term.id, 3])
    expect([term.id, /[A-Za-z]{4,}/.test(term.ru + term.kk + term.definition.ru + term.definition.kk) && !/MUAC/.test(term.ru)]).toEqual([term.id, false])
    expect([term.id, /[А-Яа-яЁё]/.test(term.en + term.definition.en)]).toEqual([term.id, false])
  }
  const kazakh = terms.filter((term) => /[әғқңөұүһіӘҒҚҢӨҰҮҺІ]/.test(term.definition.kk))
  expect(kazakh.length / terms.length).toBeGreaterThan(0.95)
})

test('no doses and no limits stand here: those are the protocols’', () => {
  for (const term of terms) for (const locale of locales) expect([term.id, /\d+\s*(mg|ml|kg|мг|мл|кг|%|°)/.test(term.definition[locale])]).toEqual([term.id, false])
})

test('words that language.md replaced are not used', () => {
  expect(text).not.toMatch(/шұғыл жолдау|екі аяқтың ісінуі|иықтың орта тұсы|бойға сай|жағдайды жүргізу|күтім жасаушы|қолдаушы супервизия|2 айға дейінгі нәресте|мейірбике/)
})

test('no word mixes Latin and Cyrillic letters, and letters are composed', () => {
  const words = text.match(/[\p{Script=Latin}\p{Script=Cyrillic}\p{M}]+/gu) ?? []
  expect(words.filter((word) => /\p{Script=Latin}/u.test(word) && /\p{Script=Cyrillic}/u.test(word))).toEqual([])
  expect(text).toBe(text.normalize('NFC'))
  expect(text).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffd]/)
})

test('lessons explain their terms, in every language, by ids that are here', () => {
  const used = readCourse(contentFolder(), 'imci').lessons.flatMap((lesson) =>
    locales.flatMap((locale) => readBlocks(lesson.bodies[locale]).used.filter((block) => block.name === 'Term').map((block) => [lesson.slug, locale, block.attributes['id']] as const)))
  expect(used.length).toBeGreaterThan(0)
  for (const [slug, locale, id] of used) expect([slug, locale, glossary.has(String(id))]).toEqual([slug, locale, true])
  for (const locale of locales) expect(used.some((one) => one[1] === locale)).toBe(true)
})

describe('the page of examples, content/blocks', () => {
  const names = readdirSync('content/blocks/en').sort()
  const sample = (locale: string, name: string) => readFileSync(`content/blocks/${locale}/${name}`, 'utf8')

  test('has the same examples in every language, written without a slip', () => {
    for (const locale of locales) {
      expect(readdirSync(`content/blocks/${locale}`).sort()).toEqual(names)
      for (const name of names) {
        const { used, faults } = readBlocks(sample(locale, name).replace(/^---\n[\s\S]*?\n---\n/, ''))
        expect([locale, name, faults]).toEqual([locale, name, []])
        expect([locale, name, used.map((one) => one.name)]).toEqual([locale, name, readBlocks(sample('en', name)).used.map((one) => one.name)])
      }
    }
  })

  test('shows every block that there is', () => {
    const shown = new Set(names.flatMap((name) => readBlocks(sample('en', name)).used.map((one) => one.name)))
    expect([...shown].sort()).toEqual(Object.keys(blocks).sort())
  })
})
