import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { professions } from '#db/schema/people.ts'
import { compare, type KnownPerson } from '#modules/rosters/compare.ts'
import { isTotal, fieldOf, letterOf } from '#modules/rosters/columns.ts'
import { sameHuman } from '#modules/rosters/duplicates.ts'
import { readName } from '#modules/rosters/names.ts'
import { readDay, readEmail, readIin, readPhone, readSex } from '#modules/rosters/numbers.ts'
import { matchProfession } from '#modules/rosters/professions.ts'
import { judgeRow, noConsent, type RosterPerson } from '#modules/rosters/rules.ts'

const codes = (problems: { code: string }[]) => problems.map(({ code }) => code)

test.each([
  ['  ОСПАНОВ ', 'Оспанов', ['spaces', 'name-case']],
  ['ерлан', 'Ерлан', ['name-case']],
  ['Ә', 'Ә', []],
  ['Сағындық', 'Сағындық', []],
  ['И\u0306байра', 'Йбайра', []],
  ['ҚҰДАЙБЕРГЕН-ОҒЛЫ', 'Құдайберген-Оғлы', ['name-case']],
  ['МАМЕД ОГЛЫ', 'Мамед оглы', ['name-case']],
  ["O'NEIL", "O'Neil", ['name-case']],
  ['МакКиннон', 'МакКиннон', []],
  ['Нұр\u00a0Сұлтан', 'Нұр Сұлтан', ['spaces']],
  ['Oспанова', 'Оспанова', ['name-lookalikes']],
  ['Сeйiтқали', 'Сейітқали', ['name-lookalikes']],
  ['Smіth', 'Smith', ['name-lookalikes']],
  ['Иvanova', null, ['name-mixed']],
  ['?ожахмет', null, ['name-lost']],
  ['Ерлан?', null, ['name-lost']],
  ['А.', null, ['name-initials']],
  ['Айгүл2', null, ['name-sign']],
  ['陈', null, ['name-sign']],
  ["'Айгүл", null, ['name-sign']],
  ['Айгүл\tМарат', null, ['hidden']],
  ['\u200fАйгүл', null, ['hidden']],
  ['=HYPERLINK("http://x")', null, ['formula']],
  ['\t=1', null, ['formula']],
  ['—', null, []],
  ['жоқ', null, []],
  ['', null, []],
  ['а'.repeat(101), null, ['long']],
] as const)('a name %j is read as %j', (cell, name, problems) => {
  const read = readName('familyName', cell)
  expect(read.name).toBe(name)
  expect(codes(read.problems)).toEqual(problems)
})

test.each([
  ['010315604155', '010315604155', []],
  ['810704 452104', '810704452104', ['spaces']],
  ['810704\u00a0452104', '810704452104', ['spaces']],
  ["'810704452104", '810704452104', ['spaces']],
  ['810704452104,0', '810704452104', ['spaces']],
  ['061211600012', '061211600012', []],
  ['791028302729', null, ['iin-check']],
  ['900101300800', null, ['iin-check']],
  ['6,7022E+11', null, ['iin-scientific']],
  ['6.7022e+11', null, ['iin-scientific']],
  ['67022041622', null, ['iin-length']],
  ['7502254696271', null, ['iin-length']],
  ['75022546962О', null, ['iin-sign']],
  ['', null, []],
  ['нет', null, []],
] as const)('an IIN written %j is read as %j', (cell, iin, problems) => {
  const read = readIin(cell, false)
  expect(read.iin).toBe(iin)
  expect(codes(read.problems)).toEqual(problems)
})

test('an IIN that lost its zeros is offered whole, and read so only when confirmed', () => {
  for (const cell of ['10315604155', '323614283']) {
    expect(readIin(cell, false)).toMatchObject({ iin: null, restored: cell.padStart(12, '0'), problems: [{ code: 'iin-zero', level: 'wrong' }] })
    expect(readIin(cell, true)).toMatchObject({ iin: cell.padStart(12, '0'), problems: [{ code: 'iin-restored', level: 'note' }] })
  }
})

test.each([
  ['8 (705) 123-45-67', '+77051234567', ['phone-read']],
  ['+7 705 123 45 67', '+77051234567', []],
  ['87051234567', '+77051234567', ['phone-read']],
  ['123', null, ['phone-form']],
  ['7,70512E+10', null, ['phone-form']],
  ['-', null, []],
] as const)('a phone %j is read as %j', (cell, phone, problems) => {
  const read = readPhone(cell)
  expect(read.phone).toBe(phone)
  expect(codes(read.problems)).toEqual(problems)
})

test.each([
  [' Aidana01@Example.KZ ', 'aidana01@example.kz', []],
  ['аidana@example.kz', null, ['email-letters']],
  ['aidana@', null, ['email-form']],
  ['a..b@example.kz', null, ['email-form']],
  ['нет', null, []],
] as const)('an e-mail %j is read as %j', (cell, email, problems) => {
  const read = readEmail(cell)
  expect(read.email).toBe(email)
  expect(codes(read.problems)).toEqual(problems)
})

test.each([['05.03.1979', '1979-03-05'], ['5/3/1979', '1979-03-05'], ['1979-03-05', '1979-03-05'], ['28919', '1979-03-05'], ['31.02.1979', null], ['вчера', null]])('a day %j is %j', (cell, day) => {
  expect(readDay(cell)).toBe(day)
})

test.each([['ж', 'female'], ['Әйел', 'female'], ['муж.', 'male'], ['ЕР', 'male'], ['?', null]])('a sex %j is %j', (cell, sex) => {
  expect(readSex(cell)).toBe(sex)
})

test.each([
  ['патронажная медсестра', 'patronage-nurse', 'exact'], ['Патронаж мейіргері', 'patronage-nurse', 'exact'], ['патронаждык мейиргер', 'patronage-nurse', 'exact'],
  ['патранажная медсестра', 'patronage-nurse', 'read'], ['мейіргер патронаждық', 'patronage-nurse', 'read'], ['ВОП', 'general-practitioner', 'exact'],
  ['Патронаждық мейіргер / Патронажная медсестра', 'patronage-nurse', 'exact'], ['акушерка', 'midwife', 'exact'], ['Social worker', 'social-worker', 'exact'],
  ['фельдшер скорой помощи', 'ambulance-feldsher', 'exact'], ['космонавт', null, null], ['медсестра', null, null],
] as const)('the job title %j is %j', (title, profession, how) => {
  expect(matchProfession(title)).toEqual(profession && { profession, how })
})

test('every profession but “other” has titles in three languages, and each title is read as its own profession', () => {
  const titles = parse(readFileSync('content/rosters/professions.yaml', 'utf8')) as Record<string, Record<'kk' | 'ru' | 'en', string[]>>
  expect(Object.keys(titles).toSorted()).toEqual(professions.filter((profession) => profession !== 'other').toSorted())
  for (const [profession, { kk, ru, en }] of Object.entries(titles)) {
    expect(Math.min(kk.length, ru.length, en.length)).toBeGreaterThan(0)
    for (const title of [...kk, ...ru, ...en]) expect([title, matchProfession(title)?.profession]).toEqual([title, profession])
  }
})

test.each([
  ['Тегі / Фамилия', 'familyName'], ['ФАМИЛИЯ', 'familyName'], ['Әкесінің аты (бар болса)', 'patronymic'], ['Отчество (при наличии)', 'patronymic'], ['ЖСН / ИИН', 'iin'], ['E-mail', 'email'],
  ['№', 'number'], ['р/с №', 'number'], ['Ф.И.О.', 'fullName'], ['Фамилия / Имя', 'fullName'], ['Ұйым / Организация', 'facility'], ['Туған күні', 'birthDate'], ['Ескертпе', null], ['', null],
] as const)('the title %j says %j', (title, field) => {
  expect(fieldOf(title)).toBe(field)
})

test('columns have the letters of a spreadsheet', () => {
  expect([1, 26, 27, 52, 200].map(letterOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'GR'])
})

test('a total is told from a person by its first word', () => {
  expect(isTotal(['Барлығы / Итого', '', '15'])).toBe(true)
  expect(isTotal(['', 'Всего:', '15'])).toBe(true)
  expect(isTotal(['1', 'Жиынов', 'Итого', 'x@example.kz', '7'])).toBe(false)
})

const context = { matchFacility: () => ({ kind: 'none' as const }), consent: noConsent, today: '2026-11-23' }
const judged = (cells: Parameters<typeof judgeRow>[0]) => judgeRow({ familyName: 'Ким', givenName: 'Оксана', profession: 'акушерка', email: 'kim@example.kz', ...cells }, context)

test('an IIN that says another date or sex only warns', () => {
  expect(judged({ iin: '671123449900', birthDate: '24.11.1967' }).problems).toMatchObject([{ code: 'iin-birth', level: 'warning' }, { code: 'facility-none' }])
  expect(judged({ iin: '671123449900', patronymic: 'Маратұлы' })).toMatchObject({ person: { sex: 'male' }, problems: [{ code: 'iin-sex', level: 'warning' }, { code: 'facility-none' }] })
  expect(codes(judged({ iin: '900101350401', birthDate: '01.01.2100' }).problems)).toContain('birth-unread')
})

test('without IIN, passport, e-mail and phone a person can’t be matched, and that is told', () => {
  expect(judged({ email: '' }).problems).toContainEqual(expect.objectContaining({ code: 'no-identity', level: 'warning' }))
  expect(codes(judged({ email: '', iin: '671123449900' }).problems)).toContain('no-contact')
})

test('two rows with the same names are one human unless numbers, birth dates or addresses tell them apart', () => {
  const row = (person: Partial<RosterPerson>) => ({ person: { familyName: 'Ким', givenName: 'Оксана', patronymic: null, sex: null, birthDate: null, iin: null, passport: null, profession: null, facilityId: null, email: null, phone: null, ...person }, written: '', problems: [], offers: {} })
  expect(sameHuman(row({}), row({}))).toBe('same')
  expect(sameHuman(row({ birthDate: '1967-11-23' }), row({ birthDate: '1967-11-23', iin: '671123449900' }))).toBe('same')
  expect(sameHuman(row({ birthDate: '1967-11-23' }), row({ birthDate: '1967-11-24' }))).toBe('different')
  expect(sameHuman(row({ iin: '671123449900' }), row({ iin: '871205489907' }))).toBe('different')
  expect(sameHuman(row({ iin: '1', birthDate: '1967-11-23' }), row({ iin: '2', birthDate: '1967-11-23' }))).toBe('perhaps')
  expect(sameHuman(row({ email: 'a@example.kz' }), row({ email: 'b@example.kz' }))).toBe('perhaps')
})

test('what a row means beside the registered people', () => {
  const person: RosterPerson = { familyName: 'Ибраева', givenName: 'Үміт', patronymic: null, sex: null, birthDate: null, iin: '871205489907', passport: null, profession: 'midwife', facilityId: null, email: 'u@example.kz', phone: null }
  const known: KnownPerson = { id: 'p', familyName: 'Құдайберген', givenName: 'Үміт', patronymic: 'Маратқызы', profession: 'midwife', facilityId: null, email: 'u@example.kz', phone: null, hasIin: true, hasPassport: false, suspended: false, trainee: true, visible: true, changeable: true, enrolment: null, elsewhere: null }
  const nobody = { iin: undefined, passport: undefined, email: undefined, phone: undefined }
  const other = { ...known, id: 'q', familyName: 'Петров', givenName: 'Иван' }

  expect(compare(person, nobody)).toEqual({ known: null, changes: [], problems: [] })
  expect(compare(person, { ...nobody, iin: known, email: known })).toMatchObject({ known, changes: [{ field: 'familyName', from: 'Құдайберген', to: 'Ибраева' }], problems: [{ code: 'changed' }] })
  expect(codes(compare(person, { ...nobody, iin: { ...known, changeable: false } }).problems)).toEqual(['kept'])
  expect(codes(compare(person, { ...nobody, iin: other }).problems)).toContain('iin-other')
  expect(codes(compare(person, { ...nobody, iin: known, email: other }).problems)).toContain('email-taken')
  expect(codes(compare(person, { ...nobody, email: other }).problems)).toEqual(['email-taken'])
  expect(compare({ ...person, familyName: null, givenName: null }, { ...nobody, iin: { ...known, elsewhere: '2027-03-01' } }).problems).toContainEqual({ field: null, code: 'place-elsewhere', level: 'warning', facts: { day: '2027-03-01' } })
  expect(codes(compare({ ...person, familyName: 'Кудайберген' }, { ...nobody, email: known }).problems)).toContain('iin-differs')
  expect(compare({ ...person, familyName: 'Құдайберген' }, { ...nobody, email: { ...known, hasIin: false } }).changes).toEqual([{ field: 'iin', from: null, to: '8712******07' }])
  expect(codes(compare(person, { ...nobody, iin: { ...known, trainee: false, visible: false } }).problems)).toContain('not-trainee')
  expect(codes(compare(person, { ...nobody, iin: { ...known, trainee: false } }).problems)).toContain('becomes-trainee')
  expect(codes(compare({ ...person, familyName: 'Құдайберген' }, { ...nobody, iin: { ...known, enrolment: 'withdrawn' } }).problems)).toEqual(['comes-back'])
})
