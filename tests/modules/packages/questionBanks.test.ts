import { XMLParser } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import { gift } from '#modules/packages/gift.ts'
import { fractionOf, moodleXml } from '#modules/packages/moodleXml.ts'
import { banksIn, questionOf } from '#modules/packages/questions.ts'
import { piecesOf, valuesWithin } from '#modules/packages/qti.ts'
import { about, aBook } from './aBook.ts'

const text = async (written: ReturnType<typeof moodleXml.write>) => Buffer.from((await written).bytes).toString('utf8')
const wording = { pair: (a: string, b: string) => `${a} ${b}`, order: (a: string, b: string) => `${a} ${b}`, unit: (a: string, b: string) => `${a} ${b}` }

describe('questions of a package', () => {
  test('their letters do not depend on the database that froze them', () => {
    const book = aBook('en')
    const again = aBook('en')
    // As another installation would have frozen them: other ids, in another order.
    for (const item of again.items.values()) if (item.kind === 'single') item.body.options.reverse()
    expect([...banksIn(again)]).toEqual([...banksIn(book)])
  })

  test('each kind keeps its key', () => {
    const [ordering, matching, single, numeric, multiple] = ['q-four', 'q-five', 'q-one', 'q-three', 'q-two'].map((id) => questionOf(aBook('en').items.get(id)!, 'en', []))
    if (single!.kind !== 'single' || multiple!.kind !== 'multiple' || ordering!.kind !== 'ordering' || matching!.kind !== 'matching' || numeric!.kind !== 'numeric') throw new Error('kinds')
    expect(single!.choices.find((one) => one.label === single!.right)!.text).toBe('b en')
    expect(multiple!.choices.filter((one) => multiple!.right.includes(one.label)).map((one) => one.text).sort()).toEqual(['a en', 'c en'])
    expect(ordering!.choices.map((one) => one.text)).toEqual(['a en', 'b en', 'c en'])
    expect(Object.fromEntries(matching!.left.map((one) => [one.text, matching!.choices.find((choice) => choice.label === one.right)!.text]))).toEqual({ 'left a en': 'c en', 'left b en': 'a en' })
    expect(numeric).toMatchObject({ value: 50, tolerance: 0 })
  })

  test.each([
    [50, 0, ['50']],
    [50, 2, ['48', '49', '50', '51', '52']],
    [0.5, 0.1, ['0.4', '0,4', '0.5', '0,5', '0.6', '0,6']],
    [1000, 500, ['1000']],
  ])('%d ± %d is taken as %j', (value, tolerance, values) => expect(valuesWithin(value, tolerance)).toEqual(values))

  test('a cartridge holds pairs as single choices and an order as a free answer with the right one beside it', () => {
    const book = aBook('en')
    const pieces = (id: string) => piecesOf(questionOf(book.items.get(id)!, 'en', []), wording)
    expect(pieces('q-five').map((one) => one.profile)).toEqual(['cc.multiple_choice.v0p1', 'cc.multiple_choice.v0p1'])
    expect(pieces('q-four')).toMatchObject([{ profile: 'cc.essay.v0p1', rationale: expect.stringMatching(/^[A-C], [A-C], [A-C]\. Because/) }])
  })

  test('Moodle XML tells idnumbers that stay, categories, and all five kinds', async () => {
    const xml = await text(moodleXml.write([aBook('kk'), aBook('ru')], about))
    const { quiz } = new XMLParser({ ignoreAttributes: false }).parse(xml) as { quiz: { question: Record<string, any>[] } }
    const kinds = ['category', 'matching', 'ordering', 'multichoice', 'numerical', 'multichoice']
    expect(quiz.question.map((one) => one['@_type'])).toEqual([...kinds, ...kinds])
    expect(quiz.question.map((one) => one['idnumber'])).toContain('tiny-kk-q-one')
    expect(xml).toContain('<shownumcorrect>1</shownumcorrect>')
    expect(moodleXml.rehearse(Buffer.from(xml), [])).toEqual([])
  })

  test('a wrong fraction, a lost key and a missing shownumcorrect are found', async () => {
    const xml = await text(moodleXml.write([aBook('en')], about))
    const rules = async (broken: string) => (await moodleXml.rehearse(Buffer.from(broken), [])).map((one) => one.rule)
    expect(await rules(xml.replace('fraction="50"', 'fraction="37"'))).toContain('fraction')
    expect(await rules(xml.replace('<shownumcorrect>1</shownumcorrect>', ''))).toContain('shownumcorrect')
    expect(await rules(xml.replaceAll('fraction="100" format="html"', 'fraction="0" format="html"'))).toContain('fraction')
    expect(await rules(xml.replace('</quiz>', ''))).toEqual(['well-formed'])
  })

  test.each([[1, '100'], [2, '50'], [3, '33.33333'], [4, '25'], [5, '20'], [6, '16.66667'], [8, '12.5']])('one of %d right answers is %s %%', (count, fraction) => expect(fractionOf(count)).toBe(fraction))

  test('GIFT is read back: every question, its right answer, its signs protected', async () => {
    const book = aBook('en')
    for (const item of book.items.values()) item.body.prompt.en = 'A {b} = c: 5~6 #1'
    const plain = await text(gift.write([book], about))
    expect(await gift.rehearse(Buffer.from(plain), [book])).toEqual([])
    expect(plain.match(/^\/\/ \[id:/gm)).toHaveLength(5)
    expect(plain).toContain('A \\{b\\} \\= c\\: 5\\~6 \\#1')
    expect((await gift.rehearse(Buffer.from(plain.replace('\\{b\\}', '{b}')), [book])).map((one) => one.rule)).toContain('answers')
  })
})
