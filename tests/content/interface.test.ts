import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (locale: string) => JSON.parse(readFileSync(`content/interface/${locale}.json`, 'utf8')) as Record<string, string>
const [en, ru, kk] = ['en', 'ru', 'kk'].map(read) as [Record<string, string>, Record<string, string>, Record<string, string>]

function placeholders(elements: MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.plural || element.type === TYPE.select) return [element.value, ...Object.values(element.options).flatMap((option) => placeholders(option.value))]
    return element.type === TYPE.literal || element.type === TYPE.pound ? [] : 'value' in element ? [element.value] : []
  })
}
const names = (sentence: string) => [...new Set(placeholders(parse(sentence, { ignoreTag: true })))].sort()

test('the three languages have the same keys', () => {
  expect(Object.keys(ru)).toEqual(Object.keys(en))
  expect(Object.keys(kk)).toEqual(Object.keys(en))
})

test('a sentence has the same placeholders in each language', () => {
  const wrong = Object.keys(en).filter((key) => names(en[key]!).join() !== names(ru[key]!).join() || names(en[key]!).join() !== names(kk[key]!).join())
  expect(wrong).toEqual([])
})

test('a Russian plural has all four forms', () => {
  const wrong = Object.entries(ru).filter(([, sentence]) => /, plural,/.test(sentence) && !['one', 'few', 'many', 'other'].every((form) => new RegExp(`\\b${form} ?\\{`).test(sentence)))
  expect(wrong.map(([key]) => key)).toEqual([])
})

test('no word mixes Latin and Cyrillic letters', () => {
  const mixed = (sentence: string) => sentence.replace(/\{[^{}]*\}/g, ' ').match(/\p{L}*(?:\p{Script=Cyrillic}\p{Script=Latin}|\p{Script=Latin}\p{Script=Cyrillic})\p{L}*/gu)
  expect([...Object.entries(kk), ...Object.entries(ru)].flatMap(([key, sentence]) => (mixed(sentence) ? [`${key}: ${mixed(sentence)!.join()}`] : []))).toEqual([])
})

test('no Kazakh suffix hangs on a placeholder', () => {
  expect(Object.entries(kk).filter(([, sentence]) => /\}[а-яәғқңөұүһі]/i.test(sentence)).map(([key]) => key)).toEqual([])
})

test('no sentence was left in another language', () => {
  const same = Object.keys(en).filter((key) => en[key]!.length > 20 && (en[key] === ru[key] || en[key] === kk[key] || ru[key] === kk[key]))
  expect(same.filter((key) => /\p{L}{4}/u.test(en[key]!.replace(/\{[^}]*\}/g, '')))).toEqual([])
})
