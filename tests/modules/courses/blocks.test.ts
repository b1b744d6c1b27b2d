import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { borrowed } from '#modules/courses/borrowed.ts'
import { blocks, readBlocks, readCourse, withoutFacilitatorParts } from '#modules/courses/index.ts'
import { type Change, courseFolder, refusalOf } from './courseFolder.ts'

/** The refusal of a course whose lesson has this text in every language, or another in English. */
const refusalOfText = (body: string, english = body) =>
  refusalOf((course, files) => {
    course.body = body
    if (english !== body) files['en/1-01-cough.mdx'] = englishFile(course, english)
  })
const englishFile = (course: { fronts: Record<string, object> }, body: string) => `---\n${JSON.stringify(course.fronts['en'])}\n---\n\n${body}`

const read = (body: string, change: Change = () => {}) => {
  using folder = courseFolder((course, files) => {
    course.body = body
    change(course, files)
  })
  return readCourse(folder.contentDir, 'tiny')
}

const faults: [promise: string, body: string, what: string, reason: string][] = [
  ['a block that nobody knows', 'Text.\n\n<Chrat>\n', 'line 3, Chrat', 'field.content.unknown'],
  ['a tag of HTML', 'One.\n<script>alert(1)</script>', 'line 2, script', 'field.content.unknown'],
  ['a name that every object has', '<constructor>', 'line 1, constructor', 'field.content.unknown'],
  ['a tag that is cut off', '<Note', 'line 1, <Note', 'field.content.unreadable'],
  ['a quotation mark inside quotation marks', '<Example title="a "b" c">x</Example>', 'line 1, <Example', 'field.content.unreadable'],
  ['an attribute that the block does not have', '<Note colour="red">x</Note>', 'line 1, Note colour', 'field.unrecognized_keys'],
  ['an attribute too few', '<Example>x</Example>', 'line 1, Example title', 'field.content.missing'],
  ['an attribute that says nothing', '<Example title=" ">x</Example>', 'line 1, Example title', 'field.content.missing'],
  ['a word that is not among the allowed ones', '<Chart>\n<Row colour="red" signs="a" classification="b" action="c" />\n</Chart>', 'line 2, Row colour="red"', 'field.content.unknown'],
  ['a number that is none', '<CountingDrill rate="many" age="8" />', 'line 1, CountingDrill rate="many"', 'field.content.unreadable'],
  ['a mark that has a value', '<Check question="q">\n<Option right="yes" feedback="f">a</Option>\n</Check>', 'line 2, Option right', 'field.content.unreadable'],
  ['a block left open', 'a\n\n<Steps>\n\n1. one\n', 'line 3, Steps', 'field.content.unclosed'],
  ['a block closed twice', '<Note>a</Note>\n</Note>', 'line 2, /Note', 'field.content.unclosed'],
  ['an end for a block that holds nothing', '<TriageCard>', 'line 1, TriageCard', 'field.content.unclosed'],
  ['a block that should hold something and does not', '<Note />', 'line 1, Note', 'field.content.unclosed'],
  ['a part outside of its whole', '<Option right feedback="f">a</Option>', 'line 1, Option', 'field.content.misplaced'],
  ['a part deeper than it may stand', '<Check question="q"><Note><Option feedback="f">a</Option></Note></Check>', 'line 1, Option', 'field.content.misplaced'],
  ['program text', 'Age: {6 * 7}', 'line 1, {', 'field.content.code'],
  ['an import', 'a\nimport x from "y"', 'line 2, import', 'field.content.code'],
]

test.each(faults)('told with its line: %s', (_, body, what, reason) => {
  const faults = readBlocks(body).faults.map((fault) => [`line ${fault.line}, ${fault.what}`, fault.reason])
  expect(faults).toContainEqual([what, reason])
})

test('what is written as code or as a remark is no block', () => {
  expect(readBlocks('Write `<Foo>` and `{x}`.\n\n```\n<Bar>\n{y}\n```\n{/* <Baz> */}\n<Note>fine</Note>')).toEqual({ used: [{ name: 'Note', attributes: {}, line: 8 }], faults: [] })
})

test('attributes are read whatever their order and quotes, on several lines too', () => {
  const { used, faults } = readBlocks(`<Check question='Is “5 > 4”?'>\n<Option feedback="a / b"\n  right>yes</Option>\n</Check>`)
  expect(faults).toEqual([])
  expect(used.map((one) => one.attributes)).toEqual([{ question: 'Is “5 > 4”?' }, { feedback: 'a / b', right: true }])
})

test('a lesson’s slip is refused with file and the line of that file, front matter counted', () => {
  using folder = courseFolder((course) => (course.body = 'Words.\n\n<Term id="no-such-word">x</Term>\n'))
  const lines = readFileSync(`${folder.contentDir}/courses/tiny/kk/1-01-cough.mdx`, 'utf8').split('\n')
  const line = lines.findIndex((one) => one.includes('no-such-word')) + 1
  expect(line).toBeGreaterThan(10)
  expect(() => readCourse(folder.contentDir, 'tiny')).toThrow(expect.objectContaining({
    code: 'course.content-invalid', fields: expect.objectContaining({ [`kk/1-01-cough.mdx: line ${line}, Term id="no-such-word"`]: 'field.content.unknown' }),
  }))
})

test('boxes and drugs that the guideline edition does not have are refused', () => {
  const refusal = refusalOfText('<Classification edition="who-imci-2014" box="tail" />\n\n<DoseTable edition="who-imci-2014" drug="honey" />\n\n<Classification edition="who-1066" box="cough" />\n')
  expect(Object.keys(refusal.fields!).filter((place) => place.startsWith('ru/')).map((place) => place.replace(/^.*line \d+, /, ''))).toEqual([
    'Classification box="tail"', 'DoseTable drug="honey"', 'Classification edition="who-1066"', 'Classification box="cough"',
  ])
})

test('the languages must use the same blocks in the same order; sentences and terms are their own', () => {
  const ru = '<Example title="а">x</Example>\n\n<Check question="?">\n<Option right feedback="да">да</Option>\n<Option feedback="нет">нет</Option>\n</Check>\n'
  const en = '<Example title="a">x</Example>\n\n<Check question="?">\n<Option feedback="no">no</Option>\n<Option right feedback="yes">yes</Option>\n</Check>\n'
  expect(refusalOfText(ru, en).fields).toMatchObject({ 'ru/1-01-cough.mdx: block 3, Option right=true': 'field.content.different' })
  expect(refusalOfText(`${ru}\n<Note>ещё</Note>\n`, ru).fields).toMatchObject({ 'kk/1-01-cough.mdx: block 5, Note': 'field.content.different' })
  expect(read(ru).lessons).toHaveLength(1)
})

test('notes for facilitators in the front matter are as many in every language', () => {
  using folder = courseFolder(({ fronts }) => (fronts['ru'].facilitator = ['Принесите часы.']))
  expect(() => readCourse(folder.contentDir, 'tiny')).toThrow(expect.objectContaining({ fields: expect.objectContaining({ 'ru/1-01-cough.mdx: facilitator': 'field.content.different' }) }))
})

test('the text handed on without facilitator parts has none of them, and keeps everything else', () => {
  const body = 'Before.\n\n<Facilitator>\n\nSecret one.\n\n- <Term id="ors">Secret</Term> two\n\n</Facilitator>\n\nBetween. <Facilitator>Secret three</Facilitator> After.\n'
  const left = withoutFacilitatorParts(body)
  expect(left).not.toMatch(/Secret|Facilitator/)
  for (const word of ['Before.', 'Between.', 'After.']) expect(left).toContain(word)
  expect(withoutFacilitatorParts(left)).toBe(left)
})

test('every block has a component of its name, and every component is a block', () => {
  const components = readdirSync('src/components/lesson').filter((name) => name.endsWith('.astro')).map((name) => basename(name, '.astro'))
  expect(components.sort()).toEqual(Object.keys(blocks).sort())
})

test('a lesson’s digest changes with the glossary and with nothing else that it does not show', () => {
  const digestWith = (body: string, glossary: string) => {
    using folder = courseFolder((course) => (course.body = body))
    if (glossary) writeFileSync(`${folder.contentDir}/glossary.yaml`, glossary)
    return readCourse(folder.contentDir, 'tiny').lessons[0]!.digests.kk
  }
  const glossary = (meaning: string, other = 'a') => stringify({
    review: { clinical: 'draft', translation: { kk: 'draft', ru: 'draft', en: 'original' } },
    terms: [['ors', meaning], ['zinc', other]].map(([id, text]) => ({ id, kk: `${id} kk`, ru: `${id} ru`, en: `${id} en`, definition: { kk: text, ru: text, en: text } })),
  })
  const body = 'A <Term id="ors">drink</Term>.\n'
  expect(digestWith(body, glossary('b'))).not.toBe(digestWith(body, glossary('c')))
  expect(digestWith(body, glossary('b', 'x'))).toBe(digestWith(body, glossary('b', 'y')))
  expect(digestWith('Words.\n', glossary('b'))).toBe(digestWith('Words.\n', ''))
})

test('each block of the protocols puts what it shows into the lesson’s digest', () => {
  const none = read('Words.\n').lessons[0]!.digests.en
  for (const block of ['<Classification edition="who-imci-2014" box="cough" />', '<DoseTable edition="who-imci-2014" drug="zinc" />', '<PlanCalculator edition="who-imci-2014" plan="C" />', '<CountingDrill edition="who-imci-2014" rate="40" age="14" />', '<TriageCard />', '<Classification edition="who-imci-2014" box="dehydration" chart="young-infant" />']) {
    expect([block, borrowed(block, 'who-imci-2014', new Map()).length > 100]).toEqual([block, true])
    expect(read(`${block}\n`).lessons[0]!.digests.en).not.toBe(none)
  }
  expect(borrowed('<Classification box="dehydration" />', 'who-imci-2014', new Map())).not.toBe(borrowed('<Classification box="dehydration" chart="young-infant" />', 'who-imci-2014', new Map()))
})
