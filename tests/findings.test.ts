import { describe, expect, test } from 'vitest'
import { findingsOf } from '#modules/protocols/index.ts'
import { addressOf, readFindings } from '#src/findings.ts'

const groups = findingsOf('who-imci-2014', 'child')
const read = (query: string) => readFindings(new URLSearchParams(query), groups)

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
