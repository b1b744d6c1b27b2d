import { describe, expect, test } from 'vitest'
import { matchFacility } from '#modules/places/index.ts'

const facility = (id: string, kk: string, ru: string, en = ru) => ({ id, names: { kk, ru, en } })
const facilities = [
  facility('p3', 'Қызылорда қалалық №3 емханасы', 'Городская поликлиника №3 г. Кызылорда', 'Kyzylorda City Polyclinic No. 3'),
  facility('p1', 'Қызылорда қалалық №1 емханасы', 'Городская поликлиника №1 г. Кызылорда', 'Kyzylorda City Polyclinic No. 1'),
  facility('aral', 'Арал аудандық ауруханасы', 'Аральская районная больница', 'Aral District Hospital'),
  facility('zhan', 'Жаңақорған аудандық ауруханасы', 'Жанакорганская районная больница', 'Zhanakorgan District Hospital'),
  facility('syr', 'Сырдария аудандық ауруханасы', 'Сырдарьинская районная больница', 'Syrdarya District Hospital'),
  facility('shieli', 'Шиелі аудандық ауруханасы', 'Шиелийская районная больница', 'Shieli District Hospital'),
  facility('qazaly', 'Қазалы аудандық ауруханасы', 'Казалинская районная больница', 'Kazaly District Hospital'),
  facility('fap', 'Бесарық фельдшерлік-акушерлік пункті', 'ФАП Бесарык', 'Besaryk feldsher-midwife post'),
  facility('amb', 'Қарғалы дәрігерлік амбулаториясы', 'Каргалинская врачебная амбулатория', 'Kargaly outpatient clinic'),
]

const found = (text: string) => {
  const match = matchFacility(facilities, text)
  return match.kind === 'exact' ? match.facility.id : match.kind === 'close' ? match.candidates.map((one) => one.id) : null
}

describe('one facility, however it is written', () => {
  test.each([
    ['Қызылорда қалалық №3 емханасы', 'p3'],
    ['Қызылорда қалалық № 3 емхана', 'p3'],
    ['ҚЫЗЫЛОРДА ҚАЛАЛЫҚ  №3  ЕМХАНАСЫ', 'p3'],
    ['№3 Қызылорда қалалық емханасы', 'p3'],
    ['Городская поликлиника №3 г. Кызылорда', 'p3'],
    ['Кызылординская городская поликлиника № 3', 'p3'],
    ['Поликлиника №3 г.Кызылорда', 'p3'],
    ['КГП на ПХВ «Городская поликлиника № 3 города Кызылорда»', 'p3'],
    ['Қызылорда қаласының №3 қалалық емханасы ШЖҚ КМК', 'p3'],
    ['Кызылорда калалык No3 емханасы', 'p3'],
    ['Городская поликлиника №1, г. Кызылорда', 'p1'],
    ['Аральская районная больница', 'aral'],
    ['Аральская центральная районная больница', 'aral'],
    ['Арал аудандық орталық ауруханасы', 'aral'],
    ['Арал ауданының ауруханасы', 'aral'],
    ['Жанакорганская ЦРБ', 'zhan'],
    ['Сырдарьинская районная больница', 'syr'],
    ['Сырдария аудандык ауруханасы', 'syr'],
    ['Шиелийская районная больница', 'shieli'],
    ['Казалинская ЦРБ', 'qazaly'],
    ['Бесарық ФАП', 'fap'],
    ['фельдшерско-акушерский пункт Бесарык', 'fap'],
    ['Каргалинская амбулатория', 'amb'],
  ])('%s', (text, id) => expect(found(text)).toBe(id))
})

describe('never guessed', () => {
  test.each([
    ['another number of the same clinic', 'Қызылорда қалалық №4 емханасы', ['p3', 'p1']],
    ['a clinic without its number', 'Городская поликлиника г. Кызылорда', ['p3', 'p1']],
    ['a misspelt place', 'Жаңақоған аудандық ауруханасы', ['zhan']],
  ])('%s is offered, likeliest first', (_, text, ids) => expect(found(text)).toEqual(ids))

  test.each(['', '   ', 'Алматы облыстық көпбейінді ауруханасы', 'больница', '№3', 'районная больница', '<script>'])('%j is nobody', (text) => expect(found(text)).toBeNull())

  test('two facilities with one name are both offered', () => {
    const twins = [facility('a', 'Абай аудандық ауруханасы', 'Абайская районная больница'), facility('b', 'Абай аудандық ауруханасы', 'Абайская районная больница')]
    expect(matchFacility(twins, 'Абай аудандық ауруханасы')).toEqual({ kind: 'close', candidates: twins })
  })
})
