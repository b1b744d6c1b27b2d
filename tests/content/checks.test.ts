import { describe, expect, test } from 'vitest'
import { clinicalNumbers, keyPlaces, mixed, numbersIn, protocolNumbers, questionFaults, readChecks, ruleText, strays, unequal, unknownNumbers, wordsIn } from './checks.ts'

// The checks of content are themselves tested: each finds what it is for, and leaves what is right.

const checks = readChecks()

test.each([
  ['kk', 'Бұл ауыр белгі болып табылады.'], ['kk', 'Емді жүргізу керек'], ['kk', 'Тыныс шегі 50'], ['kk', 'мейірбике келді'], ['kk', 'иық шеңбері 115 мм'], ['kk', 'мынадай емес, келесідей'], ['kk', 'Ауруханаға шұғыл жолдаңыз'], ['kk', 'кездесу орын алды'],
  ['ru', 'вес к росту'], ['ru', 'Жетысуская область'], ['ru', 'понос третий день'], ['en', 'the carer says'], ['en', 'severe anemia'],
] as const)('%s: «%s» strays', (locale, text) => {
  expect(strays(text, locale, checks)).toHaveLength(1)
})

test.each([
  ['kk', 'Бала жасындағы ауруларды интеграциялап жүргізу (БЖАИЖ)'], ['kk', 'жүргізуші көлікті тоқтатты'], ['kk', 'шекті мән 50; ішек; шектеу'], ['kk', 'иық пен шынтақ ортасының шеңбері'], ['kk', 'Келесі сабақ ертең'], ['kk', 'шұғыл жолдамасы бар'], ['kk', 'құпиялылықтың шегін түсіндіріңіз'], ['kk', 'ауаны өзі жүргізіп тұр'],
  ['ru', 'масса тела относительно роста'], ['ru', 'ведение'], ['ru', 'Улытауский район, область Ұлытау'], ['en', 'caregiver, anaemia, oedema, coloured'],
] as const)('%s: «%s» does not', (locale, text) => {
  expect(strays(text, locale, checks)).toEqual([])
})

test('a Latin letter inside a Cyrillic word is found', () => {
  expect(mixed('сaлмaқ және HbA1c-нің')).toEqual(['сaлмaқ'])
})

describe('numbers', () => {
  test('a comma is a decimal in Kazakh and Russian and parts thousands in English', () => {
    expect(numbersIn('37,5 °C, 1 200 мл', 'ru')).toEqual([1, 37.5, 200])
    expect(numbersIn('37.5 °C, 1,200 ml', 'en')).toEqual([37.5, 1200])
  })
  test('what differs is named, with repetition', () => {
    expect(unequal([1, 2, 2], [1, 2, 3])).toBe('more: 2; missing: 3')
    expect(unequal([2, 1], [1, 2].toReversed())).toBe('')
  })
  test('clinical ones are found with their unit, of a range both ends', () => {
    expect(clinicalNumbers('50–100 ml after a stool, 15 mg/kg, 38.5 °C, 7 days, 40 breaths, 115 mm, 7 g/dL, × 75 ml for each kilogram')).toEqual(
      ['75 ml/kg', '15 mg/kg', '50 ml', '100 ml', '38.5 °C', '40 breaths', '115 mm', '7 g/dl', '7 days'])
  })
  test('a child’s own numbers in stories, cases and questions are no rule', () => {
    expect(clinicalNumbers(ruleText('Fever is 37.5 °C. <Example title="x">38.7 °C</Example><Check question="36.9 °C?"><Option right feedback="f">a</Option></Check>'))).toEqual(['37.5 °C'])
  })
  const known = protocolNumbers()
  test.each(['37.5 °C', '38.5 °C', '50 breaths', '40 breaths', '49 breaths', '60 breaths', '115 mm', '125 mm', '7 g/dl', '75 ml/kg', '30 ml/kg', '70 ml/kg', '14 days', '5 days', '59 days', '450 ml'])('the protocols hold %s', (number) => {
    expect(known.has(number)).toBe(true)
  })
  test.each(['39 °C', '45 breaths', '110 mm', '120 mm', '80 ml/kg', '17 days'])('and not %s', (number) => {
    expect(unknownNumbers('somewhere', `Refer at ${number}.`, known, checks)).toEqual([number])
  })
  test('one that is allowed in a lesson is allowed there alone', () => {
    const allowing = { ...checks, numbers: [{ where: 'imci-1-01', number: '39 °C', reason: 'for this test' }] }
    expect(unknownNumbers('imci-1-01', 'At 39 °C.', known, allowing)).toEqual([])
    expect(unknownNumbers('imci-1-02', 'At 39 °C.', known, allowing)).toEqual(['39 °C'])
  })
})

test('words are counted as they are read', () => {
  expect(wordsIn('## Two words\n\n<Note>\n\nThree – more words here’s\n\n</Note>')).toBe(6)
})

describe('questions', () => {
  const texts = (en: string, ru = en, kk = en) => ({ en, ru, kk })
  const asked = texts('A boy of 2 years. What now?', 'Мальчик 2 лет. Что теперь?', '2 жасар бала. Енді не істейсіз?')
  const question = (change: object) => ({ id: 'q', kind: 'single', prompt: asked, options: ['first', 'second', 'third'].map((id) => ({ id, text: texts(id) })), key: ['first'], ...change })

  test('a good one has no faults, and one that bids has none', () => {
    expect(questionFaults(question({}))).toEqual([])
    expect(questionFaults(question({ prompt: texts('Steps follow. Put them in order.', 'Шаги ниже. Расставьте по порядку.', 'Қадамдар берілген. Ретімен қойыңыз.') }))).toEqual([])
  })
  test.each([
    ['asks nothing', { prompt: texts('A boy of 2 years.', 'Мальчик 2 лет.', '2 жасар бала.') }],
    ['asks for what is not so', { prompt: texts('Which is NOT a sign?', 'Что НЕ является признаком?', 'Қайсысы белгі ЕМЕС?') }],
    ['all of the above', { options: [{ id: 'a', text: texts('All of the above', 'Всё перечисленное', 'Барлығы дұрыс') }] }],
    ['none of them', { options: [{ id: 'a', text: texts('None of these', 'Ничего из этого', 'Ешқайсысы') }] }],
    ['an option twice', { options: ['a', 'b'].map((id) => ({ id, text: texts('Refer') })) }],
    ['lengths that tell', { options: [{ id: 'a', text: texts('Refer') }, { id: 'b', text: texts('Give the first dose of an antibiotic and refer') }] }],
    ['sentences among phrases', { options: [{ id: 'a', text: texts('Refer at once.') }, { id: 'b', text: texts('Home care') }] }],
  ])('%s: told in each language', (_, change) => {
    expect(questionFaults(question(change)).map((fault) => fault.slice(0, 2)).sort()).toEqual(['en', 'kk', 'ru'])
  })
  test('names of the chart’s rows are as long as they are', () => {
    expect(questionFaults(question({ options: [{ id: 'a', text: texts('MEASLES', 'КОРЬ', 'ҚЫЗЫЛША') }, { id: 'b', text: texts('MEASLES WITH EYE OR MOUTH COMPLICATIONS', 'КОРЬ С ОСЛОЖНЕНИЯМИ СО СТОРОНЫ ГЛАЗ', 'КӨЗ НЕМЕСЕ АУЫЗ АСҚЫНУЫ БАР ҚЫЗЫЛША') }] }))).toEqual([])
  })
  test('places of keys are counted', () => {
    expect([...keyPlaces([question({}), question({ key: ['third'] }), question({ key: ['first'] }), question({ kind: 'multiple' })])]).toEqual([[0, 2], [2, 1]])
  })
})
