import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { contentFolder } from '#modules/courses/index.ts'
import { procedureKinds, readProcedures } from '#modules/procedures/index.ts'
import { locales } from '#modules/words/index.ts'
import { mixed, numbersIn, protocolNumbers, readChecks, strays, unequal, unknownNumbers, wordsIn } from './checks.ts'

// Over all procedures of content/, or of another folder of the same form: BESIK_CONTENT=… with the same command.

const folder = process.env['BESIK_CONTENT'] ?? contentFolder()
const checks = readChecks()
const known = protocolNumbers()
const procedures = existsSync(join(folder, 'procedures')) ? readProcedures(folder) : []

describe.each(procedures.map((one) => [one.slug, one] as const))('procedure %s', (slug, procedure) => {
  const said = (locale: (typeof locales)[number]) => [procedure.fronts[locale].title, procedure.fronts[locale].summary, procedure.bodies[locale]].join('\n')

  test('has something to do in it: 250 to 1,200 words, at least five parts, steps or a table', () => {
    expect(locales.map((locale) => [locale, wordsIn(procedure.bodies[locale])] as const).filter(([, words]) => words < 250 || words > 1200)).toEqual([])
    expect(locales.map((locale) => procedure.parts[locale].length >= 5)).toEqual([true, true, true])
    expect(/<Steps>/.test(procedure.bodies.en) || /^\| --- \|/m.test(procedure.bodies.en)).toBe(true)
  })

  test('says in each language that it is a draft or a template for training, and is marked so', () => {
    expect([/draft|template for training/i.test(procedure.bodies.en.slice(0, 300)), /черновик|шаблон/i.test(procedure.bodies.ru.slice(0, 300)), /жоба нұсқа|үлгі/i.test(procedure.bodies.kk.slice(0, 300))]).toEqual([true, true, true])
    expect(locales.map((locale) => procedure.fronts[locale].review)).toEqual([{ translation: 'draft', clinical: 'draft' }, { translation: 'draft', clinical: 'draft' }, { translation: 'original', clinical: 'draft' }])
  })

  test('says the same in three languages: numbers, words of the glossary, one script a word', () => {
    for (const locale of locales) expect([locale, unequal(numbersIn(said(locale), locale), numbersIn(said('en'), 'en')), strays(said(locale), locale, checks), mixed(said(locale))]).toEqual([locale, '', [], []])
  })

  test('each clinical number stands in the protocols, or is allowed with a reason', () => {
    expect(unknownNumbers(`procedure-${slug}`, said('en'), known, checks)).toEqual([])
  })
})

test('every kind of procedure that is promised is there, some to read at once and some on request', () => {
  if (procedures.length === 0) return expect(process.env['BESIK_CONTENT']).toBeTruthy()
  expect([...new Set(procedures.map((one) => one.kind))].sort()).toEqual([...procedureKinds].sort())
  expect(procedures.length).toBeGreaterThanOrEqual(8)
  expect([...new Set(procedures.map((one) => one.access))].sort()).toEqual(['on-request', 'open'])
})
