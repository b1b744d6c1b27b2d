import { describe, expect, test } from 'vitest'
import { classify, type Findings } from '#modules/protocols/index.ts'
import { child, inBox, rulesOf, youngInfant } from './children.ts'

const young2014 = 'who-imci-2014'

/** The published vectors: age, what was found, and the names and colours that must come out. */
const vectors: [string, Findings, [rule: string, name: string, colour: string][], string?][] = [
  ['1: 18 months, cough, 44 breaths', child({ ageMonths: 18, coughOrDifficultBreathing: 'yes', breathsPerMinute: 44 }), [['RESP-2', 'PNEUMONIA', 'yellow']]],
  ['3: 11 months, cough, 49 breaths', child({ ageMonths: 11, coughOrDifficultBreathing: 'yes', breathsPerMinute: 49 }), [['RESP-3', 'COUGH OR COLD', 'green']]],
  ['5: 12 months exactly, cough, 42 breaths', child({ ageMonths: 12, coughOrDifficultBreathing: 'yes', breathsPerMinute: 42 }), [['RESP-2', 'PNEUMONIA', 'yellow']]],
  ['7: 9 months, cough, 38 breaths, stridor when calm', child({ ageMonths: 9, coughOrDifficultBreathing: 'yes', breathsPerMinute: 38, stridor: 'yes' }), [['RESP-1', 'SEVERE PNEUMONIA OR VERY SEVERE DISEASE', 'pink']]],
  ['9: 2 years, wheeze, 46 breaths, 36 after the bronchodilator', child({ ageMonths: 24, coughOrDifficultBreathing: 'yes', wheeze: 'yes', breathsPerMinute: 46, bronchodilatorTrial: 'yes', breathsAfterTrial: 36, chestIndrawingAfterTrial: 'no' }), [['RESP-3', 'COUGH OR COLD', 'green']]],
  ['11: 14 months, diarrhoea 3 days, sunken eyes, pinch very slow', child({ ageMonths: 14, diarrhoea: 'yes', diarrhoeaDays: 3, sunkenEyes: 'yes', skinPinch: 'very-slow' }), [['DEH-1', 'SEVERE DEHYDRATION', 'pink']]],
  ['13: 14 months, diarrhoea 3 days, sunken eyes only', child({ ageMonths: 14, diarrhoea: 'yes', diarrhoeaDays: 3, sunkenEyes: 'yes' }), [['DEH-3', 'NO DEHYDRATION', 'green']]],
  ['15: 10 months, diarrhoea 14 days, irritable, pinch slow', child({ ageMonths: 10, diarrhoea: 'yes', diarrhoeaDays: 14, restlessIrritable: 'yes', skinPinch: 'slow' }), [['DEH-2', 'SOME DEHYDRATION', 'yellow'], ['PERS-1', 'SEVERE PERSISTENT DIARRHOEA', 'pink']]],
  ['19: 2 years, 38.6 °C, stiff neck', child({ ageMonths: 24, temperatureC: 38.6, stiffNeck: 'yes' }), [['FEV-1', 'VERY SEVERE FEBRILE DISEASE', 'pink']]],
  ['21: 2 years, fever, measles rash, red eyes, shallow mouth ulcers', child({ ageMonths: 24, fever: 'yes', measlesRash: 'yes', redEyes: 'yes', mouthUlcers: 'shallow' }), [['FEV-3', 'FEVER', 'green'], ['MEA-2', 'MEASLES WITH EYE OR MOUTH COMPLICATIONS', 'yellow']]],
  ['23: 2 years, pus draining 20 days, no pain', child({ ageMonths: 24, earProblem: 'yes', earPusSeen: 'yes', earDischargeDays: 20 }), [['EAR-3', 'CHRONIC EAR INFECTION', 'yellow']]],
  ['25: 10 months, MUAC 124 mm, WHZ -1.5', child({ ageMonths: 10, muacMm: 124, weightForHeightZ: -1.5 }), [['MAL-3', 'MODERATE ACUTE MALNUTRITION', 'yellow']]],
  ['29: 20 days, 64 breaths, then 62', youngInfant({ ageDays: 20, breathsFirstCount: 64, breathsSecondCount: 62 }), [['YI-2', 'PNEUMONIA', 'yellow']]],
  ['31: 20 days, 37.8 °C, feeds well, by the 2019 booklet', youngInfant({ ageDays: 20, temperatureC: 37.8 }), [['YI-4', 'INFECTION UNLIKELY', 'green']]],
  ['31: the same by the chart booklet of 2014', youngInfant({ ageDays: 20, temperatureC: 37.8 }), [['YI-1', 'VERY SEVERE DISEASE', 'pink']], young2014],
  ['33: 12 hours old, yellow face', youngInfant({ ageDays: 0, weightKg: 3.2, jaundice: 'yes' }), [['JAU-1', 'SEVERE JAUNDICE', 'pink']]],
  ['35: 3 weeks, 7 breastfeeds in 24 hours, WAZ -0.5', youngInfant({ ageDays: 21, feedsPer24Hours: 7, weightForAgeZ: -0.5 }), [['FEED-1', 'FEEDING PROBLEM AND/OR LOW WEIGHT FOR AGE', 'yellow']]],
]

test.each(vectors)('%s', (_, findings, expected, edition) => {
  const answer = classify(findings, { edition })
  for (const [rule, name, colour] of expected) expect(answer.classifications.find((one) => one.rule === rule)).toMatchObject({ name: { en: name }, colour })
  const boxes = new Set(expected.map(([rule]) => answer.classifications.find((one) => one.rule === rule)!.box))
  expect(answer.classifications.filter((one) => boxes.has(one.box)).length).toBe(expected.length)
  expect(answer.complete).toBe(true)
})

test('vector 9: the bronchodilator goes on although the wheeze is better', () => {
  expect(inBox(vectors[4]![1], 'cough')!.treatments.map((one) => one.treatment)).toContain('bronchodilator-5-days')
})

test('vector 17: 8 kg, 10 months, severe dehydration: 240 ml in 1 hour, then 560 ml in 5 hours', () => {
  const answer = classify(child({ ageMonths: 10, weightKg: 8, diarrhoea: 'yes', sunkenEyes: 'yes', skinPinch: 'very-slow' }))
  const { fluids } = answer.classifications.find((one) => one.rule === 'DEH-1')!
  expect(fluids!.parts.slice(0, 2).map(({ ml, minutes }) => [ml, minutes])).toEqual([[240, 60], [560, 300]])
  expect(answer.overall).toEqual({ colour: 'pink', disposition: 'treat-here', certain: true })
})

test('vector 27: a girl of 100.0 cm and 11.7 kg is severely wasted, and so is one at 11.74 kg but not at 11.76', () => {
  const girl = (weightKg: number) => child({ ageMonths: 40, sex: 'F', heightCm: 100, weightKg })
  expect(rulesOf(girl(11.7))).toContain('MAL-1B')
  expect(rulesOf(girl(11.74))).toContain('MAL-1B')
  expect(rulesOf(girl(11.76))).toContain('MAL-3')
})

describe('danger signs', () => {
  test.each(['notAbleToDrink', 'vomitsEverything', 'convulsions', 'lethargicOrUnconscious', 'convulsingNow'])('%s alone is very severe disease', (sign) => {
    const answer = classify(child({ ageMonths: 30, [sign]: 'yes' }))
    expect(answer.classifications[0]).toMatchObject({ rule: 'GDS-1', colour: 'pink', signs: [{ id: sign, value: 'yes' }] })
    expect(answer.overall.disposition).toBe('refer-urgently')
    expect(answer.returnImmediately).toEqual([])
  })

  test('diazepam is for the child who convulses now, by weight', () => {
    const doses = (told: Findings) => inBox(child({ ageMonths: 30, weightKg: 12, ...told }), 'danger-signs')!.doses.map((one) => [one.dose, one.amounts[0]?.amount])
    expect(doses({ convulsingNow: 'yes' })).toContainEqual(['diazepam-rectal', 1.5])
    expect(doses({ convulsions: 'yes' }).map(([dose]) => dose)).not.toContain('diazepam-rectal')
  })

  const dehydratedAndLethargic = { ageMonths: 20, diarrhoea: 'yes', lethargicOrUnconscious: 'yes', sunkenEyes: 'yes' }

  test('lethargy of a dehydrated child, with nothing else to explain it, is dehydration first', () => {
    const answer = classify(child(dehydratedAndLethargic))
    expect(answer.classifications.map((one) => one.rule)).toEqual(['DEH-1', 'MAL-4', 'ANA-3'])
    expect(answer.classifications[0]!.treatments.map((one) => one.treatment)).toEqual(['plan-c', 'rehydrate-and-reassess'])
    expect(answer.overall.disposition).toBe('treat-here')
  })

  test.each([{ coughOrDifficultBreathing: 'yes' }, { fever: 'yes' }, { earProblem: 'yes', swellingBehindEar: 'yes' }, { palmarPallor: 'severe' }, { vomitsEverything: 'yes' }])('but not when %o could explain it', (told) => {
    expect(rulesOf(child({ ...dehydratedAndLethargic, ...told }))).toContain('GDS-1')
  })
})

describe('wheeze', () => {
  const wheezing = { ageMonths: 24, coughOrDifficultBreathing: 'yes', wheeze: 'yes', breathsPerMinute: 46 }

  test.each([
    ['still fast after the trial', { bronchodilatorTrial: 'yes', breathsAfterTrial: 40, chestIndrawingAfterTrial: 'no' }, 'RESP-2'],
    ['indrawing after the trial', { bronchodilatorTrial: 'yes', breathsAfterTrial: 30, chestIndrawingAfterTrial: 'yes' }, 'RESP-2'],
    ['no trial possible: the first count decides', { bronchodilatorTrial: 'no' }, 'RESP-2'],
  ])('%s', (_, told, rule) => {
    expect(inBox(child({ ...wheezing, ...told }), 'cough')!.rule).toBe(rule)
  })

  test('before the trial nothing is decided, and the trial is asked for', () => {
    const asked = child({ ...wheezing })
    delete (asked as Record<string, unknown>)['bronchodilatorTrial']
    const answer = classify(asked)
    expect(answer.incomplete).toMatchObject([{ box: 'cough', possible: ['RESP-2', 'RESP-3'] }])
    expect(answer.missing).toEqual(['bronchodilatorTrial', 'breathsAfterTrial', 'chestIndrawingAfterTrial'])
  })
})

describe('acute malnutrition', () => {
  test('without RUTF severe wasting is a class of its own, referred urgently', () => {
    expect(inBox(child({ ageMonths: 12, weightForHeightZ: -3.2 }), 'malnutrition')).toMatchObject({ rule: 'MAL-1B', colour: 'pink', treatments: [{ treatment: 'amoxicillin-refer-urgently' }] })
  })

  test.each([['passed', 'MAL-2'], ['failed', 'MAL-1'], ['not-possible', 'MAL-1B']])('with RUTF the appetite test %s makes it %s', (appetiteTest, rule) => {
    expect(inBox(child({ ageMonths: 12, weightForHeightZ: -3.2, appetiteTest }), 'malnutrition', undefined, { rutf: 'on' })!.rule).toBe(rule)
  })

  test.each([['no', 'MAL-2'], ['yes', 'MAL-1'], ['not-assessable', 'MAL-1B']])('under 6 months a breastfeeding problem %s makes it %s', (breastfeedingProblem, rule) => {
    expect(inBox(child({ ageMonths: 5, weightForHeightZ: -3.2, breastfeedingProblem }), 'malnutrition')!.rule).toBe(rule)
  })

  test('a severe classification of another box complicates it, and is named as the reason', () => {
    const found = inBox(child({ ageMonths: 12, weightForHeightZ: -3.2, earProblem: 'yes', swellingBehindEar: 'yes' }), 'malnutrition')!
    expect(found).toMatchObject({ rule: 'MAL-1', signs: [{ id: 'weightForHeightZ' }, { kind: 'rule', id: 'EAR-1' }] })
  })

  test('oedema of both feet is enough, whatever the weight', () => {
    expect(inBox(child({ ageMonths: 40, oedemaBothFeet: 'yes' }), 'malnutrition')!.rule).toBe('MAL-1')
  })

  test.each([[5, 'MAL-4'], [6, 'MAL-1B']])('MUAC of 110 mm at %i months: %s', (ageMonths, rule) => {
    expect(inBox(child({ ageMonths, muacMm: 110 }), 'malnutrition')!.rule).toBe(rule)
  })

  test('a feeding problem brings the follow-up forward: 7 days in this box, 5 days in the feeding row', () => {
    const due = (feedingProblem: string, box: string) => inBox(child({ ageMonths: 12, weightForHeightZ: -2.5, feedingProblem }), box)!.followUp.map((one) => one.days)
    expect([due('no', 'malnutrition'), due('yes', 'malnutrition'), due('no', 'anaemia'), due('yes', 'anaemia')]).toEqual([[30], [30, 7], [], [5]])
  })
})

describe('anaemia', () => {
  test.each([[6.9, 'ANA-1'], [7, 'ANA-2'], [10.9, 'ANA-2'], [11, 'ANA-3']])('haemoglobin %f is %s by this edition', (haemoglobin, rule) => {
    expect(inBox(child({ ageMonths: 12, haemoglobin }), 'anaemia')!.rule).toBe(rule)
  })

  test.each([[23, 10.4, 'ANA-2'], [23, 10.5, 'ANA-3'], [24, 10.9, 'ANA-2'], [24, 11, 'ANA-3'], [6, 6.9, 'ANA-1']])('by the cut-offs of 2024: %i months, %f g/dl is %s', (ageMonths, haemoglobin, rule) => {
    expect(inBox(child({ ageMonths, haemoglobin }), 'anaemia', undefined, { haemoglobinCutOffs: 'who-2024' })!.rule).toBe(rule)
  })

  test('iron is not for a child in severe malnutrition on RUTF, and mebendazole is from 1 year', () => {
    const given = (told: Findings, switches = {}) => inBox(child({ palmarPallor: 'some', ...told }), 'anaemia', undefined, switches)!.treatments.map((one) => one.treatment)
    expect(given({ ageMonths: 12 })).toEqual(['iron', 'mebendazole', 'assess-feeding'])
    expect(given({ ageMonths: 11 })).toEqual(['iron', 'assess-feeding'])
    expect(given({ ageMonths: 12, weightForHeightZ: -3.5, appetiteTest: 'passed' }, { rutf: 'on' })).toEqual(['mebendazole', 'assess-feeding'])
  })
})

describe('HIV', () => {
  test.each<[string, Findings, string]>([
    ['nothing is known', {}, ''],
    ['virological test positive', { childVirologicalTest: 'positive' }, 'HIV-1'],
    ['serology positive at 18 months', { childVirologicalTest: 'not-done', childSerologicalTest: 'positive', serologyAgeMonths: 18 }, 'HIV-1'],
    ['serology positive at 17 months: the age at the test counts', { childVirologicalTest: 'not-done', childSerologicalTest: 'positive', serologyAgeMonths: 17, motherHivTest: 'positive' }, 'HIV-2'],
    ['mother positive, child untested', { motherHivTest: 'positive', childVirologicalTest: 'not-done', childSerologicalTest: 'not-done' }, 'HIV-2'],
    ['mother positive, negative while breastfed', { motherHivTest: 'positive', childVirologicalTest: 'negative', childSerologicalTest: 'not-done', breastfedAtTest: 'yes' }, 'HIV-2'],
    ['mother positive, negative and not breastfed', { motherHivTest: 'positive', childVirologicalTest: 'negative', childSerologicalTest: 'not-done', breastfedAtTest: 'no' }, 'HIV-3'],
    ['mother negative', { motherHivTest: 'negative', childVirologicalTest: 'not-done', childSerologicalTest: 'not-done' }, 'HIV-3'],
  ])('%s', (_, told, rule) => {
    expect(inBox(child({ ageMonths: 30, ...told }), 'hiv')?.rule ?? '').toBe(rule)
  })

  test('no test of mother or infant: a class of its own in 2019, none in 2014', () => {
    const infant = youngInfant({ ageDays: 30, motherHivTest: 'not-tested', childVirologicalTest: 'not-done' })
    expect([inBox(infant, 'hiv')?.rule, inBox(infant, 'hiv', young2014)?.rule]).toEqual(['YI-HIV-4', undefined])
  })
})

describe('where the child goes', () => {
  test('severe dehydration beside another severe classification is referred with sips of ORS, without plan C', () => {
    const answer = classify(child({ ageMonths: 14, weightKg: 9, diarrhoea: 'yes', sunkenEyes: 'yes', skinPinch: 'very-slow', fever: 'yes', stiffNeck: 'yes' }))
    expect(answer.classifications.find((one) => one.rule === 'DEH-1')).toMatchObject({ treatments: [{ treatment: 'refer-with-ors' }], fluids: null })
    expect(answer.overall.disposition).toBe('refer-urgently')
  })

  test('severe persistent diarrhoea is rehydrated, then referred', () => {
    expect(classify(vectors[7]![1]).overall).toEqual({ colour: 'pink', disposition: 'rehydrate-then-refer', certain: true })
  })

  test('the earliest definite follow-up counts; what depends on improvement is kept beside it', () => {
    const answer = classify(child({ ageMonths: 14, diarrhoea: 'yes', bloodInStool: 'yes', earProblem: 'yes', earPain: 'yes' }))
    expect(answer.followUp.inDays).toBe(3)
    expect(answer.followUp.all.map(({ rule, days, kind }) => [rule, days, kind])).toEqual([['DEH-3', 5, 'if-not-improving'], ['DYS-1', 3, 'definite'], ['EAR-2', 5, 'definite']])
    expect(answer.returnImmediately.map((one) => one.id)).toEqual(['not-able-to-drink', 'sicker', 'fever', 'blood-in-stool', 'drinking-poorly'])
  })

  test('low weight is followed up in 14 days if breastfed and in 7 if not, a feeding problem in 2', () => {
    const due = (told: Findings) => classify(youngInfant({ ageDays: 30, ...told })).followUp.inDays
    expect([due({ weightForAgeZ: -2.1 }), due({ weightForAgeZ: -2.1, breastfed: 'no', wrongMilk: 'no' }), due({ weightForAgeZ: -2.1, thrush: 'yes' })]).toEqual([14, 7, 2])
  })
})

describe('ages', () => {
  test.each<[Findings, string]>([
    [{}, 'protocol.age-needed'],
    [{ ageMonths: 0 }, 'protocol.age-in-days'],
    [{ ageMonths: 60 }, 'protocol.age-not-covered'],
    [{ ageDays: 1826 }, 'protocol.age-not-covered'],
    [{ ageDays: 10, ageMonths: 20 }, 'protocol.ages-differ'],
  ])('%o is refused: %s', (findings, code) => {
    expect(() => classify(findings)).toThrow(expect.objectContaining({ code }))
  })

  test('an edition, a chart or a switch that is not there is refused', () => {
    expect(() => classify({ ageMonths: 20 }, { edition: 'who-imci-1997' })).toThrow(expect.objectContaining({ code: 'protocol.edition-unknown' }))
    expect(() => classify({ ageMonths: 20 }, { edition: 'who-young-infant-2019' })).toThrow(expect.objectContaining({ code: 'protocol.edition-not-for-age' }))
    expect(() => classify({ ageMonths: 20 }, { switches: { rutf: 'maybe' } })).toThrow(expect.objectContaining({ code: 'protocol.switch-unknown' }))
  })
})
