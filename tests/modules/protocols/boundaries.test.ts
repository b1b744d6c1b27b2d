import { describe, expect, test } from 'vitest'
import { classify, type Findings } from '#modules/protocols/index.ts'
import { child, inBox, youngInfant } from './children.ts'

// Every limit of age, rate and measure, on both sides.

const cases: [what: string, box: string, below: Findings, belowRule: string, from: Findings, fromRule: string, edition?: string][] = [
  ['50 breaths at 2 months', 'cough', child({ ageMonths: 2, coughOrDifficultBreathing: 'yes', breathsPerMinute: 49 }), 'RESP-3', child({ ageMonths: 2, coughOrDifficultBreathing: 'yes', breathsPerMinute: 50 }), 'RESP-2'],
  ['50 breaths at 11 months', 'cough', child({ ageMonths: 11, coughOrDifficultBreathing: 'yes', breathsPerMinute: 49 }), 'RESP-3', child({ ageMonths: 11, coughOrDifficultBreathing: 'yes', breathsPerMinute: 50 }), 'RESP-2'],
  ['40 breaths at 12 months', 'cough', child({ ageMonths: 12, coughOrDifficultBreathing: 'yes', breathsPerMinute: 39 }), 'RESP-3', child({ ageMonths: 12, coughOrDifficultBreathing: 'yes', breathsPerMinute: 40 }), 'RESP-2'],
  ['40 breaths at 59 months', 'cough', child({ ageMonths: 59, coughOrDifficultBreathing: 'yes', breathsPerMinute: 39 }), 'RESP-3', child({ ageMonths: 59, coughOrDifficultBreathing: 'yes', breathsPerMinute: 40 }), 'RESP-2'],
  ['12 months with 45 breaths', 'cough', child({ ageMonths: 11, coughOrDifficultBreathing: 'yes', breathsPerMinute: 45 }), 'RESP-3', child({ ageMonths: 12, coughOrDifficultBreathing: 'yes', breathsPerMinute: 45 }), 'RESP-2'],
  ['the first birthday in days', 'cough', child({ ageDays: 364, coughOrDifficultBreathing: 'yes', breathsPerMinute: 45 }), 'RESP-3', child({ ageDays: 365, coughOrDifficultBreathing: 'yes', breathsPerMinute: 45 }), 'RESP-2'],
  ['SpO2 of 90 %', 'cough', child({ ageMonths: 20, coughOrDifficultBreathing: 'yes', oxygenSaturation: 89 }), 'RESP-1', child({ ageMonths: 20, coughOrDifficultBreathing: 'yes', oxygenSaturation: 90 }), 'RESP-3'],
  ['60 breaths, first count', 'infection', youngInfant({ ageDays: 20, breathsFirstCount: 59, breathsSecondCount: 70 }), 'YI-4', youngInfant({ ageDays: 20, breathsFirstCount: 60, breathsSecondCount: 60 }), 'YI-2'],
  ['60 breaths, second count', 'infection', youngInfant({ ageDays: 20, breathsFirstCount: 70, breathsSecondCount: 59 }), 'YI-4', youngInfant({ ageDays: 20, breathsFirstCount: 70, breathsSecondCount: 60 }), 'YI-2'],
  ['7 days of age with fast breathing', 'infection', youngInfant({ ageDays: 6, breathsFirstCount: 64, breathsSecondCount: 62 }), 'YI-1', youngInfant({ ageDays: 7, breathsFirstCount: 64, breathsSecondCount: 62 }), 'YI-2'],
  ['fast breathing in 2014 at any age', 'infection', youngInfant({ ageDays: 59, breathsFirstCount: 59 }), 'YI-4', youngInfant({ ageDays: 59, breathsFirstCount: 60, breathsSecondCount: 60 }), 'YI-1', 'who-imci-2014'],
  ['38.0 °C in 2019', 'infection', youngInfant({ ageDays: 20, temperatureC: 37.9 }), 'YI-4', youngInfant({ ageDays: 20, temperatureC: 38 }), 'YI-1'],
  ['37.5 °C in 2014', 'infection', youngInfant({ ageDays: 20, temperatureC: 37.4 }), 'YI-4', youngInfant({ ageDays: 20, temperatureC: 37.5 }), 'YI-1', 'who-imci-2014'],
  ['35.5 °C', 'infection', youngInfant({ ageDays: 20, temperatureC: 35.4 }), 'YI-1', youngInfant({ ageDays: 20, temperatureC: 35.5 }), 'YI-4'],
  ['37.5 °C of a child', 'fever', child({ ageMonths: 20, temperatureC: 37.4 }), '', child({ ageMonths: 20, temperatureC: 37.5 }), 'FEV-3'],
  ['14 days of diarrhoea', 'persistent-diarrhoea', child({ ageMonths: 20, diarrhoea: 'yes', diarrhoeaDays: 13 }), '', child({ ageMonths: 20, diarrhoea: 'yes', diarrhoeaDays: 14 }), 'PERS-2'],
  ['14 days of ear discharge', 'ear', child({ ageMonths: 20, earProblem: 'yes', earPusSeen: 'yes', earDischargeDays: 13 }), 'EAR-2', child({ ageMonths: 20, earProblem: 'yes', earPusSeen: 'yes', earDischargeDays: 14 }), 'EAR-3'],
  ['-3 z', 'malnutrition', child({ ageMonths: 20, weightForHeightZ: -3.01 }), 'MAL-1B', child({ ageMonths: 20, weightForHeightZ: -3 }), 'MAL-3'],
  ['-2 z', 'malnutrition', child({ ageMonths: 20, weightForHeightZ: -2.01 }), 'MAL-3', child({ ageMonths: 20, weightForHeightZ: -2 }), 'MAL-4'],
  ['MUAC 115 mm', 'malnutrition', child({ ageMonths: 20, muacMm: 114 }), 'MAL-1B', child({ ageMonths: 20, muacMm: 115 }), 'MAL-3'],
  ['MUAC 125 mm', 'malnutrition', child({ ageMonths: 20, muacMm: 124 }), 'MAL-3', child({ ageMonths: 20, muacMm: 125 }), 'MAL-4'],
  ['two signs of severe dehydration', 'dehydration', child({ ageMonths: 20, diarrhoea: 'yes', skinPinch: 'very-slow' }), 'DEH-3', child({ ageMonths: 20, diarrhoea: 'yes', skinPinch: 'very-slow', drinking: 'poorly' }), 'DEH-1'],
  ['a severe sign counts as its milder partner', 'dehydration', child({ ageMonths: 20, diarrhoea: 'yes', restlessIrritable: 'yes' }), 'DEH-3', child({ ageMonths: 20, diarrhoea: 'yes', restlessIrritable: 'yes', skinPinch: 'very-slow' }), 'DEH-2'],
  ['no thirst sign in a young infant', 'dehydration', youngInfant({ ageDays: 30, diarrhoea: 'yes', sunkenEyes: 'yes', drinking: 'poorly' }), 'YI-DEH-3', youngInfant({ ageDays: 30, diarrhoea: 'yes', sunkenEyes: 'yes', movement: 'when-stimulated' }), 'YI-DEH-1'],
  ['24 hours of age with jaundice', 'jaundice', youngInfant({ ageDays: 0, weightKg: 3, jaundice: 'yes' }), 'JAU-1', youngInfant({ ageDays: 1, weightKg: 3, jaundice: 'yes' }), 'JAU-2'],
  ['8 breastfeeds', 'feeding', youngInfant({ ageDays: 20, feedsPer24Hours: 7 }), 'FEED-1', youngInfant({ ageDays: 20, feedsPer24Hours: 8 }), 'FEED-2'],
  ['2 kg under 7 days', 'feeding', youngInfant({ ageDays: 6, weightKg: 1.99 }), 'FEED-0', youngInfant({ ageDays: 6, weightKg: 2 }), 'FEED-2'],
  ['7 days under 2 kg', 'feeding', youngInfant({ ageDays: 6, weightKg: 1.9 }), 'FEED-0', youngInfant({ ageDays: 7, weightKg: 1.9 }), 'FEED-2'],
]

test.each(cases)('%s', (_, box, below, belowRule, from, fromRule, edition) => {
  expect([inBox(below, box, edition)?.rule ?? '', inBox(from, box, edition)?.rule ?? '']).toEqual([belowRule, fromRule])
})

describe('the charts meet at 60 days', () => {
  test.each<[Findings, string, string]>([
    [{ ageDays: 59 }, 'young-infant', 'who-young-infant-2019'],
    [{ ageDays: 60 }, 'child', 'who-imci-2014'],
    [{ ageMonths: 1 }, 'young-infant', 'who-young-infant-2019'],
    [{ ageMonths: 2 }, 'child', 'who-imci-2014'],
    [{ ageDays: 1825 }, 'child', 'who-imci-2014'],
    [{ ageMonths: 59 }, 'child', 'who-imci-2014'],
  ])('%o: %s', (age, ageGroup, edition) => {
    expect(classify(age)).toMatchObject({ ageGroup, edition })
  })
})

test('where calendar months and days disagree, the day decides the chart and nothing falls between the bands', () => {
  expect(classify({ ageDays: 59, ageMonths: 2 }).ageGroup).toBe('young-infant')
  const plan = classify(child({ ageDays: 60, ageMonths: 1, diarrhoea: 'yes' })).classifications.find((one) => one.rule === 'DEH-3')!.fluids!
  expect(plan.zinc!.amounts).toMatchObject([{ amount: 10 }])
})

describe('jaundice is referred by age', () => {
  test.each([[14, 'who-imci-2014', false], [15, 'who-imci-2014', true], [21, 'who-young-infant-2019', false], [22, 'who-young-infant-2019', true]])('day %i by %s: %s', (ageDays, edition, referred) => {
    const { treatments } = inBox(youngInfant({ ageDays, jaundice: 'yes' }), 'jaundice', edition)!
    expect(treatments.some((one) => one.treatment.startsWith('yi-refer-old-jaundice'))).toBe(referred)
  })
})

test('without weight or length the malnutrition box asks for them, by the way the age is measured', () => {
  const missing = (told: Findings) => {
    const findings = { ...child(told) } as Record<string, unknown>
    delete findings['weightForHeightZ']
    return classify(findings as Findings).missing
  }
  expect(missing({ ageMonths: 20 })).toEqual(['sex', 'weightKg', 'lengthCm'])
  expect(missing({ ageMonths: 30, sex: 'F', weightKg: 12 })).toEqual(['heightCm'])
  expect(missing({ ageMonths: 30, sex: 'F', weightKg: 12, heightCm: 88 })).toEqual([])
  expect(missing({ ageMonths: 30, sex: 'F', weightKg: 12, heightCm: 40 })).toEqual(['weightForHeightZ'])
})
