import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { boxesOf, classificationRows, findingsOf, readProtocols } from '#modules/protocols/index.ts'
import { contentFolder } from '#modules/courses/index.ts'
import { findingsIn } from '#modules/protocols/conditions.ts'
import type { Condition } from '#modules/protocols/shapes.ts'

const folder = join(contentFolder(), 'protocols')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml')).sort()
const { editions, cases } = readProtocols()
const all = Object.values(editions)
const locales = ['kk', 'ru', 'en'] as const
type Texts = Record<(typeof locales)[number], string>

/** Every text in the data, with the place where it stands. */
function everyText(value: unknown, place: string): [string, Texts][] {
  if (typeof value !== 'object' || value === null) return []
  if (locales.every((locale) => typeof (value as Texts)[locale] === 'string')) return [[place, value as Texts]]
  return Object.entries(value).flatMap(([key, inner]) => everyText(inner, `${place}.${(inner as { id?: string; rule?: string } | null)?.id ?? (inner as { rule?: string } | null)?.rule ?? key}`))
}
const texts = [...all.flatMap((one) => everyText(one, one.id)), ...everyText(cases, 'cases')]

test('there are the editions that the courses teach', () => {
  expect(Object.keys(editions)).toEqual(['who-etat-2016', 'who-imci-2014', 'who-young-infant-2019'])
  for (const one of all) expect([one.id, one.review, one.sources.length > 0]).toEqual([one.id, 'draft', true])
})

describe.each(all)('$id', (edition) => {
  const charts = Object.values(edition.charts)
  const rules = charts.flatMap((chart) => chart.boxes.flatMap((box) => box.rules))
  const orders = charts.flatMap((chart) => [...chart.boxes.flatMap((box) => box.rules.flatMap((rule) => rule.treatments)), ...chart.routine])

  test('every treatment, dose, form, unit and plan that is named is there', () => {
    for (const { treatment } of orders) expect(edition.treatments).toHaveProperty([treatment])
    for (const treatment of Object.values(edition.treatments)) for (const dose of treatment.doses) expect(edition.doses).toHaveProperty([dose])
    for (const dose of Object.values(edition.doses)) {
      const given = dose.by === 'weight' ? [] : dose.by === 'nothing' ? dose.give : dose.bands.flatMap((band) => band.give)
      for (const { unit, form } of given) expect([dose.id, unit in edition.units, form in edition.forms]).toEqual([dose.id, true, true])
    }
    for (const finding of edition.findings) if (finding.unit) expect(edition.units).toHaveProperty([finding.unit])
    expect(new Set(rules.map((rule) => rule.rule)).size).toBe(rules.length)
  })

  test('the bands of a dose follow each other without hole or overlap', () => {
    for (const dose of Object.values(edition.doses)) {
      const bands = dose.by === 'weight-band' ? dose.bands.map((band) => band.weight) : dose.by === 'age' ? dose.bands.map((band) => band.ageMonths) : dose.by === 'weight' ? (dose.mgPerKgByAge ?? []).map((band) => band.ageDays) : []
      for (const [index, band] of bands.entries()) if (index > 0) expect([dose.id, band.from]).toEqual([dose.id, bands[index - 1]!.below])
    }
  })

  test('every finding of a form is used by some rule, treatment or follow-up of its chart', () => {
    if (edition.triage) {
      const used = new Set([...edition.triage.emergency.flatMap((step) => [step.when, ...step.actions.map((one) => one.if)]), ...edition.triage.priority.map((one) => one.when)].flatMap((one) => (one === undefined ? [] : findingsIn(one, {}))))
      expect(edition.findings.map((one) => one.id).filter((id) => !used.has(id))).toEqual(['weightKg', 'oxygenSaturation'])
      return
    }
    for (const [group, chart] of Object.entries(edition.charts)) {
      const conditions: (Condition | undefined)[] = [...chart.boxes.flatMap((box) => [box.applies, ...box.rules.flatMap((rule) => [rule.when, ...rule.treatments.map((one) => one.if), ...rule.followUp.map((one) => one.if)])]), ...chart.routine.map((one) => one.if)]
      const used = new Set(conditions.flatMap((one) => (one === undefined ? [] : findingsIn(one, chart.facts))))
      const measured = ['sex', 'weightKg', 'lengthCm', 'heightCm', 'ageMonths', 'ageDays']
      expect(findingsOf(edition.id, group as 'child', { rutf: 'on' }).flatMap((one) => one.findings).map((one) => one.id).filter((id) => !used.has(id) && !measured.includes(id))).toEqual([])
      const asked = new Set(edition.findings.filter((one) => one.for.includes(group as 'child')).map((one) => one.id))
      expect([...used].filter((id) => !asked.has(id))).toEqual([])
    }
  })

  test('a box has rows from the most severe to the least, each with its words', () => {
    for (const group of ['child', 'young-infant'] as const) for (const { box } of boxesOf(edition.id, group)) {
      const rows = classificationRows(edition.id, box, group)
      const severity = rows.map((one) => ['pink', 'yellow', 'green'].indexOf(one.colour))
      expect([box, severity]).toEqual([box, severity.toSorted((a, b) => a - b)])
    }
  })
})

test('what cases are made of is known to the charts', () => {
  const known = new Map(editions['who-imci-2014']!.findings.map((one) => [one.id, one]))
  const sets = [cases.base.child, cases.base['young-infant'], ...cases.presentations.map((one) => one.set)]
  for (const set of sets) for (const [id, value] of Object.entries(set)) {
    const finding = known.get(id)
    const options = finding?.kind === 'yes-no' ? ['yes', 'no'] : finding?.options?.map((one) => one.id)
    for (const one of [value].flat()) if (typeof one === 'string') expect([id, options?.includes(one)]).toEqual([id, true])
  }
  for (const id of [...cases.history, ...cases.gates.flatMap((gate) => [gate.if, ...gate.asks]), ...cases.presentations.flatMap((one) => one.oneYes ?? [])]) expect(known.has(id)).toBe(true)
})

test('the words of a classification are those of the lessons', () => {
  const lessons = (locale: string) => readdirSync(join(contentFolder(), 'courses/imci', locale)).map((name) => readFileSync(join(contentFolder(), 'courses/imci', locale, name), 'utf8')).join('\n')
  const names = all.flatMap((one) => Object.values(one.charts).flatMap((chart) => chart.boxes.flatMap((box) => box.rules.map((rule) => rule.name))))
  const english = lessons('en')
  const said = names.filter((name) => new RegExp(`(?<![A-Z] )\\b${name.en}\\b(?! [A-Z]{2})`).test(english))
  expect(said.length).toBeGreaterThan(3)
  for (const name of said) for (const locale of ['kk', 'ru'] as const) expect([name[locale], lessons(locale).includes(name[locale])]).toEqual([name[locale], true])
})

describe.each(files)('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8')
  test('no word mixes Latin and Cyrillic letters, letters are composed and none is invisible', () => {
    const words = text.match(/[\p{Script=Latin}\p{Script=Cyrillic}\p{M}]+/gu) ?? []
    expect(words.filter((word) => /\p{Script=Latin}/u.test(word) && /\p{Script=Cyrillic}/u.test(word))).toEqual([])
    expect(text).toBe(text.normalize('NFC'))
    expect(text).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffd]/)
  })
})

/** The numbers of a text, in order of size: words differ, doses do not. */
const numbers = (text: string, locale: (typeof locales)[number]) =>
  (text.replaceAll('\u00a0', '').replace(/(?<=\d),(?=\d)/g, locale === 'en' ? '' : '.').match(/\d+(\.\d+)?/g) ?? []).map(Number).sort((a, b) => a - b)

test('the three languages of every text name the same numbers', () => {
  for (const [place, one] of texts) expect([place, numbers(one.ru, 'ru'), numbers(one.kk, 'kk')]).toEqual([place, numbers(one.en, 'en'), numbers(one.en, 'en')])
  expect(texts.length).toBeGreaterThan(500)
})

test('no text is left in another language', () => {
  for (const [place, { kk, ru, en }] of texts) {
    expect([place, /[әғқңөұүһі]/i.test(ru), /\p{Script=Cyrillic}/u.test(en)]).toEqual([place, false, false])
    if (kk.length > 25) expect([place, kk === ru]).toEqual([place, false])
  }
})
