import { XMLParser } from 'fast-xml-parser'
import { unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { plainText } from '#modules/courses/index.ts'
import { isDocument, procedureNamed, procedures, writeProcedure } from '#modules/procedures/index.ts'
import { partsOfText } from '#modules/procedures/procedureText.ts'
import { locales } from '#modules/words/index.ts'

type Node = Record<string, unknown>
const reader = new XMLParser({ ignoreAttributes: false, preserveOrder: true, trimValues: false })
const fileOf = (bytes: Uint8Array, path: string) => Buffer.from(unzipSync(bytes)[path]!).toString('utf8')

/** Every element of that name, in the order of the document. */
function every(nodes: Node[], name: string): Node[] {
  return nodes.flatMap((node) => Object.entries(node).flatMap(([tag, inside]) => (Array.isArray(inside) ? [...(tag === name ? [node] : []), ...every(inside as Node[], name)] : [])))
}
const textOf = (nodes: Node[]) => every(nodes, 'w:p').map((p) => every([p], 'w:t').map((t) => String((t['w:t'] as Node[])[0]?.['#text'] ?? '')).join('')).join('\n')
const words = (text: string) => text.match(/[\p{L}\p{N}]+/gu) ?? []

describe('the text of a procedure', () => {
  test('is taken apart into what a document has', () => {
    expect(partsOfText('Say **this** first.\nAnd go on.\n\n## Part <Term id="risk">risk</Term>\n\n<Steps>\n\n1. One\n2. **Two**\n\n</Steps>\n\n- a\n- b\n\n| A | B |\n| --- | --- |\n| x | |\n\n<Note>\nMind.\n</Note>\n')).toEqual([
      { kind: 'paragraph', runs: [{ text: 'Say ', bold: false }, { text: 'this', bold: true }, { text: ' first.', bold: false }, { text: ' ', bold: false }, { text: 'And go on.', bold: false }] },
      { kind: 'heading', runs: [{ text: 'Part risk', bold: false }] },
      { kind: 'list', ordered: true, items: [[{ text: 'One', bold: false }], [{ text: 'Two', bold: true }]] },
      { kind: 'list', ordered: false, items: [[{ text: 'a', bold: false }], [{ text: 'b', bold: false }]] },
      { kind: 'table', rows: [[[{ text: 'A', bold: false }], [{ text: 'B', bold: false }]], [[{ text: 'x', bold: false }], []]] },
      { kind: 'note', runs: [{ text: 'Mind.', bold: false }] },
    ])
  })

  test('with a box of the chart is no document: it would lack what matters', async () => {
    expect(partsOfText('## Signs\n\n<Classification edition="who-imci-2014" box="danger-signs" chart="child" />\n')).toBeNull()
    expect(isDocument(procedureNamed('referral-sick-child'))).toBe(false)
    expect(await writeProcedure(procedureNamed('referral-sick-child'), 'kk')).toBeNull()
  })
})

const documents = procedures().filter(isDocument)

describe.each(documents.map((one) => [one.slug, one] as const))('%s as a document', (_, procedure) => {
  test.each(locales)('%s: says every word of the text in its order, with real headings, lists and tables, and the same bytes twice', async (locale) => {
    const bytes = (await writeProcedure(procedure, locale))!
    expect(Buffer.from((await writeProcedure(procedure, locale))!).equals(Buffer.from(bytes))).toBe(true)
    const body = reader.parse(fileOf(bytes, 'word/document.xml')) as Node[]
    const said = words(textOf(body))
    const wanted = words(plainText(procedure.bodies[locale]))
    const from = said.findIndex((word, at) => word === wanted[0] && said[at + 1] === wanted[1] && said[at + 2] === wanted[2] && said[at + 3] === wanted[3])
    expect(said.slice(from, from + wanted.length)).toEqual(wanted)
    expect(said.slice(0, from).join(' ')).toContain(words(procedure.fronts[locale].title).join(' '))

    const styles = every(body, 'w:pStyle').map((node) => (node[':@'] as Record<string, string>)['@_w:val'])
    expect(styles.filter((style) => style === 'Heading1').length).toBe(procedure.parts[locale].length + 1)
    expect(every(body, 'w:tbl').length).toBe(procedure.bodies[locale].match(/^\|[\s:|-]+\|$/gm)?.length ?? 0)
    expect(every(body, 'w:numPr').length).toBe(procedure.bodies[locale].match(/^(?:-|\d+\.) /gm)?.length ?? 0)
  })
})

test('templates of agreements can be filled in', () => {
  expect(documents.filter((one) => one.kind === 'agreement').length).toBe(procedures().filter((one) => one.kind === 'agreement').length)
})
