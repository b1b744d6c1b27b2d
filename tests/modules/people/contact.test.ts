import { expect, test } from 'vitest'
import { browserName, nameProblem, normaliseEmail, normalisePhone } from '#modules/people/index.ts'

test.each([
  ['+7 705 028 98 96', '+77050289896'], ['8 (705) 028-98-96', '+77050289896'], ['7050289896', '+77050289896'], ['77050289896', '+77050289896'], ['+998 90 123 45 67', '+998901234567'],
  ['+7 705 028', null], ['028 98 96', null], ['+7705028989612', null], ['телефон', null], ['', null], ['+0123456789', null],
])('phone %j is %j', (text, phone) => expect(normalisePhone(text)).toBe(phone))

test.each([
  [' Aidana01@Example.KZ ', 'aidana01@example.kz'], ['a.b+c@mail.example.kz', 'a.b+c@mail.example.kz'],
  ['aidana01', null], ['a@b', null], ['a b@example.kz', null], ['a@example..kz', null], ['a@example.kz\u0000', null], [`${'x'.repeat(65)}@example.kz`, null], ['a@-example.kz', null], ['"<x>"@example.kz', null],
])('e-mail %j is %j', (text, email) => expect(normaliseEmail(text)).toBe(email))

test.each([
  ['Құдайберген', null], ['Иванова-Петрова', null], ["O'Neil", null], ['Ерланқызы', null], ['Әли оглы', null],
  ['?асым', 'field.name-characters'], ['Кaсым', 'field.mixed-scripts'], ['Әлi', 'field.mixed-scripts'], ['=HYPERLINK("x")', 'field.name-characters'], ['Айша1', 'field.name-characters'], [`а${'\u0301'.repeat(9)}`, 'field.name-characters'], ['😀', 'field.name-characters'],
])('name %j: %j', (text, problem) => expect(nameProblem(text)).toBe(problem))

test('of a browser only its name and system are kept', () => {
  expect(browserName('Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36')).toBe('Chrome, Android')
  expect(browserName('curl/8.0')).toBe('')
  expect(browserName(null)).toBe('')
})
