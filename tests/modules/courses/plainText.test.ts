import { expect, test } from 'vitest'
import { checksOf, plainText, revealsOf } from '#modules/courses/index.ts'

test.each([
  ['marks of Markdown', '## Look\n\n- one **two**\n- *three*\n\n1. four', 'Look one two three four'],
  ['a term with its ending stays one word', 'a <Term id="fever">fever</Term>ish child', 'a feverish child'],
  ['a chart says its rows', '<Chart>\n<Row colour="pink" signs="Stiff neck" classification="SEVERE" action="Refer" />\n</Chart>', 'Stiff neck. SEVERE. Refer.'],
  ['feedback and descriptions of pictures are not text', '<Check question="Why?">\n<Option feedback="No.">a</Option>\n</Check><Figure name="x" alt="A drawing" caption="One breath" />', 'Why?. a One breath.'],
  ['notes for facilitators are gone', 'a\n\n<Facilitator>\n\nsecret\n\n</Facilitator>\n\nb', 'a b'],
  ['tables', '| a | b |\n| --- | --- |\n| 1 | 2 |', 'a b 1 2'],
  ['links', 'see [the chart](https://x.example/)', 'see the chart'],
])('%s', (_, body, text) => {
  expect(plainText(body)).toBe(text)
})

test('checks with their answers, and cases, in the order of the text', () => {
  const body = '<Check question="First?">\n<Option feedback="no">wrong</Option>\n<Option right feedback="yes">**right**</Option>\n</Check>\n<Vignette title="t">\nA boy.\n<Reveal question="What now?">\nRefer *at once*.\n</Reveal>\n</Vignette>\n<Facilitator>\n<Check question="Hidden?">\n<Option right feedback="f">x</Option>\n</Check>\n</Facilitator>'
  expect(checksOf(body)).toEqual([{ question: 'First?', options: [{ text: 'wrong', right: false, feedback: 'no' }, { text: 'right', right: true, feedback: 'yes' }] }])
  expect(revealsOf(body)).toEqual([{ question: 'What now?', answer: 'Refer at once.' }])
})
