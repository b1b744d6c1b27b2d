import { describe, expect, test } from 'vitest'
import { type FindingGroup, findingsOf } from '#modules/protocols/index.ts'
import { addressOf, groupsOf, type PracticeChart, readFindings } from '#src/findings.ts'

const groups = findingsOf('who-imci-2014', 'child')
const read = (query: string) => readFindings(new URLSearchParams(query), groups)

describe('what a page asks', () => {
  test.each<[edition: string, chart: PracticeChart]>([
    ['who-imci-2014', 'child'], ['who-imci-2014', 'young-infant'], ['who-young-infant-2019', 'young-infant'], ['who-etat-2016', 'triage'],
  ])('one edition, %s, asks for the chart %s what it asks alone', (edition, chart) => {
    expect(groupsOf([edition], chart)).toEqual(findingsOf(edition, chart))
  })

  // No page compares the triage edition with a chart, but those two differ as editions can: in groups, in their order and in the ages they take.
  test.each<[editions: string[], chart: PracticeChart, groups: string, about: string, oldest: number]>([
    [['who-young-infant-2019', 'who-imci-2014'], 'young-infant', 'about danger-signs infection jaundice diarrhoea fever feeding hiv', 'ageMonths ageDays sex weightKg', 59],
    [['who-etat-2016', 'who-imci-2014'], 'child', 'about emergency priority danger-signs cough diarrhoea fever ear nutrition hiv', 'ageMonths weightKg ageDays sex lengthCm heightCm', 59],
    [['who-imci-2014', 'who-etat-2016'], 'child', 'about danger-signs cough diarrhoea fever ear nutrition hiv emergency priority', 'ageMonths ageDays sex weightKg lengthCm heightCm', 215],
  ])('%j compared for the chart %s ask everything once, in the order of the first and as worded in the last', (editions, chart, groups, about, oldest) => {
    const asked = groupsOf(editions, chart)
    expect(asked.map((one) => one.group).join(' ')).toBe(groups)
    expect(asked[0]!.findings.map((field) => field.id).join(' ')).toBe(about)
    expect(asked[0]!.findings[0]!.range).toEqual([0, oldest])
    const places = (from: readonly FindingGroup[]) => from.flatMap((one) => one.findings.map((field) => `${one.group} ${field.id}`))
    expect(places(asked).toSorted()).toEqual([...new Set(editions.flatMap((one) => places(findingsOf(one, chart))))].toSorted())
  })
})

describe('what somebody picked, read from an address', () => {
  test('answers, choices and numbers are read, with a point or a comma', () => {
    expect(read('ageMonths=14&weightKg=9,5&convulsions=no&skinPinch=very-slow&temperatureC=38.6')).toEqual({
      findings: { ageMonths: 14, weightKg: 9.5, convulsions: 'no', skinPinch: 'very-slow', temperatureC: 38.6 },
      problems: {},
    })
  })

  test('what is left out or empty stays unknown, and what nobody asks is not read', () => {
    expect(read('ageMonths=&convulsions=&edition=all&child=abc&nonsense=1')).toEqual({ findings: {}, problems: {} })
  })

  test.each([
    ['ageMonths=two', 'ageMonths', 'field.invalid_number'],
    ['ageMonths=1e1', 'ageMonths', 'field.invalid_number'],
    ['weightKg=-3', 'weightKg', 'field.invalid_number'],
    ['ageMonths=99', 'ageMonths', 'field.too_big'],
    ['temperatureC=20', 'temperatureC', 'field.too_small'],
    ['convulsions=maybe', 'convulsions', 'field.invalid_value'],
    ['convulsions=unknown', 'convulsions', 'field.invalid_value'],
    ['skinPinch=purple', 'skinPinch', 'field.invalid_value'],
  ])('%s is told at its field and not guessed', (query, field, problem) => {
    expect(read(query)).toEqual({ findings: {}, problems: { [field]: problem } })
  })

  test('an address says the same when it is read again', () => {
    const { findings } = read('ageMonths=14&weightKg=9.5&convulsions=no')
    expect(read(addressOf('/kk/x', findings, { edition: 'all' }).split('?')[1]!).findings).toEqual(findings)
  })
})
