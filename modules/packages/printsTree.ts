import type { Figure } from './clean.ts'
import { type Block, colours, framed, measure, ruled, writingLines } from './prints.ts'
import { type Element, isElement, type Node, textOf } from './tree.ts'

// A cleaned text as blocks of a page.

type Setting = { figures: ReadonlyMap<string, string>; /** Whether there are lines to write on below what is asked. */ lines: boolean; /** How wide it may be, in points. */ width: number }
type Type = { bold?: boolean; italics?: boolean; sub?: boolean; sup?: boolean; fontSize?: number; link?: string; decoration?: string; color?: string }

/** The drawings of a text by name, as the PDF's painter takes them: it knows no keyword for the ink around, and no font of a browser. */
export const drawingsOf = (figures: readonly Figure[]): Map<string, string> =>
  new Map(figures.map(({ name, svg }) => [name, svg.replace(/^<\?xml[^>]*\?>\s*/, '').replaceAll('currentColor', colours.ink).replaceAll(/font-family="[^"]*"/g, 'font-family="Sans"')]))

/** A text set as blocks. */
export const setText = (nodes: readonly Node[], figures: readonly Figure[], { lines = false }: { lines?: boolean } = {}): Block[] => blocksOf(nodes, { figures: drawingsOf(figures), lines, width: measure.width })

const inlineTags = new Set(['strong', 'em', 'b', 'i', 'sup', 'sub', 'small', 'br', 'a', 'span', 'code'])
const isInline = (node: Node) => !isElement(node) || inlineTags.has(node.tag)
const spaces = /[ \t\n\r\f]+/g

function blocksOf(nodes: readonly Node[], setting: Setting): Block[] {
  const blocks: Block[] = []
  let run: Node[] = []
  const flush = () => {
    const text = inlines(run)
    if (text.length > 0) blocks.push({ text, style: 'p' })
    run = []
  }
  for (const node of nodes) {
    if (isInline(node)) run.push(node)
    else {
      flush()
      blocks.push(...blockOf(node as Element, setting))
    }
  }
  flush()
  return withHeadings(blocks)
}

/** A heading stays with the beginning of what it stands above, as long as that is not too long for half a page. */
function withHeadings(blocks: readonly Block[]): Block[] {
  const joined: Block[] = []
  for (const block of blocks) {
    const last = joined.at(-1)
    if (last && typeof last['heading'] === 'number' && lengthOf(block) < 1600) joined[joined.length - 1] = { stack: [last, block], unbreakable: true }
    else joined.push(block)
  }
  return joined
}

/** How many letters a block holds, about. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + lengthOf(one), 0)
  if (value === null || typeof value !== 'object') return 0
  const { text, stack, ul, ol, table, columns, svg, canvas } = value as Block
  return lengthOf(text) + lengthOf(stack) + lengthOf(ul) + lengthOf(ol) + lengthOf(columns) + (table ? lengthOf((table as Block)['body']) * 1.3 : 0) + (svg ? 700 : 0) + (canvas ? 200 : 0)
}

const frames: Record<string, { bar?: string; ground?: string }> = {
  'objectives': { bar: colours.teal, ground: colours.mist }, 'key-points': { bar: colours.deep, ground: colours.mist }, 'facilitator': { bar: colours.clay, ground: colours.sand },
  'note': {}, 'example': { bar: '#8fb9b3' }, 'dialogue': { bar: '#8fb9b3' }, 'vignette': { bar: '#8fb9b3' }, 'visit': { bar: '#8fb9b3' }, 'tool': { bar: '#8fb9b3' }, 'check': { bar: colours.ink, ground: '#ffffff' },
}

function blockOf(node: Element, setting: Setting): Block[] {
  const { tag, children } = node
  const classes = (node.attributes['class'] ?? '').split(' ')
  const frame = classes.find((one) => one in frames)
  if (frame) {
    const stack = blocksOf(children, { ...setting, width: setting.width - 20 })
    return [framed(stack, { ...frames[frame]!, whole: lengthOf(stack) < 1800 })]
  }
  if (classes.includes('line')) return [spoken(children, setting)]
  if (classes.some((one) => one === 'chart-row' || one === 'triage-row')) return [chartRow(children, classes, setting)]
  if (classes.includes('sources') || classes.includes('block-source')) return [{ stack: blocksOf(children, setting), fontSize: 8, color: colours.soft, margin: [0, 2, 0, 4] }]
  if (classes.includes('reveal-paper')) return [{ stack: [...blocksOf(children, setting), ...(setting.lines ? [writingLines(4, setting.width)] : [])], unbreakable: true, margin: [0, 4, 0, 4] }]
  switch (tag) {
    case 'h1': case 'h2': return [{ text: inlines(children), style: 'h2', heading: 2 }]
    case 'h3': case 'h4': case 'h5': case 'h6': return [{ text: inlines(children), style: 'h3', heading: 3 }]
    case 'ul': case 'ol': return [listOf(node, setting)]
    case 'table': return tableOf(node)
    case 'img': return drawingOf(node, setting)
    case 'figure': return [{ stack: blocksOf(children, setting), unbreakable: true, margin: [0, 4, 0, 8] }]
    case 'figcaption': case 'caption': return [{ text: inlines(children), style: 'caption', margin: [0, 3, 0, 0] }]
    case 'hr': return [{ canvas: [{ type: 'line', x1: 0, y1: 4, x2: setting.width, y2: 4, lineWidth: 0.5, lineColor: colours.line }], margin: [0, 0, 0, 8] }]
    case 'p': return paragraphOf(children, setting)
    case 'blockquote': return [{ stack: blocksOf(children, setting), italics: true, margin: [12, 0, 0, 4] }]
    default: return blocksOf(children, setting)
  }
}

function paragraphOf(children: readonly Node[], setting: Setting): Block[] {
  // A picture in a line of text stands alone.
  if (children.some((one) => !isInline(one))) return blocksOf(children, setting)
  const said = children.filter((one) => isElement(one) || one.trim() !== '')
  const [only] = said
  const text = inlines(said.length === 1 && isElement(only!) && only.tag === 'em' ? only.children : children)
  if (text.length === 0) return []
  return [{ text, style: said.length === 1 && isElement(only!) && only.tag === 'em' ? 'label' : 'p' }]
}

function listOf(node: Element, setting: Setting): Block {
  const items = node.children.filter((one): one is Element => isElement(one)).map((item) => {
    const blocks = blocksOf(item.children, { ...setting, width: setting.width - 16 })
    return blocks.length === 1 && blocks[0]!['text'] ? { ...blocks[0], style: 'p', margin: [0, 0, 0, 2.5] } : { stack: blocks }
  })
  const margin = [0, 0, 0, 5]
  if (node.tag === 'ul') return { ul: items, margin, markerColor: colours.teal }
  const letters = node.attributes['type'] === 'a'
  return { ol: items, margin, ...(letters ? { type: 'lower-alpha', separator: ')' } : {}), ...(node.attributes['start'] ? { start: Number(node.attributes['start']) } : {}) }
}

/** Who speaks, and what they say beside it. */
function spoken(children: readonly Node[], setting: Setting): Block {
  const [name, ...rest] = children.filter(isElement)
  if (!name) return { text: '' }
  return { columns: [{ width: 92, text: textOf([name]).trim(), font: 'Sans', bold: true, fontSize: 8.5, margin: [0, 1, 0, 0] }, { width: '*', stack: blocksOf(rest, { ...setting, width: setting.width - 100 }) }], columnGap: 8 }
}

const grounds: Record<string, { ground: string; shape: 'diamond' | 'triangle' | 'circle' }> = {
  'chart-pink': { ground: '#f7c9d2', shape: 'diamond' }, 'chart-yellow': { ground: '#fbe9a6', shape: 'triangle' }, 'chart-green': { ground: '#cde8cf', shape: 'circle' },
  'triage-red': { ground: '#f3b7ae', shape: 'diamond' }, 'triage-yellow': { ground: '#fbe08a', shape: 'triangle' }, 'triage-green': { ground: '#b9dfbd', shape: 'circle' },
}
/** A new one each time: pdfmake moves what it is given to its place on the page. */
const shapes = {
  diamond: () => ({ type: 'polyline', closePath: true, points: [{ x: 4, y: 0 }, { x: 8, y: 4 }, { x: 4, y: 8 }, { x: 0, y: 4 }], color: colours.ink, lineWidth: 0.1 }),
  triangle: () => ({ type: 'polyline', closePath: true, points: [{ x: 4, y: 0 }, { x: 8, y: 8 }, { x: 0, y: 8 }], color: colours.ink, lineWidth: 0.1 }),
  circle: () => ({ type: 'ellipse', x: 4, y: 4, r1: 4, r2: 4, color: colours.ink, lineWidth: 0.1 }),
}

/** A row of a chart: its colour, which a word and a shape say again, and what stands in it. */
function chartRow(children: readonly Node[], classes: readonly string[], setting: Setting): Block {
  const look = grounds[classes.find((one) => one in grounds) ?? ''] ?? grounds['chart-green']!
  const [name, ...rest] = children.filter(isElement)
  const word = name ? textOf([name]).replace(/^[\s▲◆●]+/, '').trim() : ''
  return {
    table: { widths: [96, '*'], dontBreakRows: true, body: [[{ columns: [{ width: 10, canvas: [shapes[look.shape]()], margin: [0, 1.5, 0, 0] }, { width: '*', text: word, font: 'Sans', bold: true, fontSize: 9 }], columnGap: 4 }, { stack: blocksOf(rest, { ...setting, width: setting.width - 120 }) }]] },
    layout: { hLineWidth: () => 0.7, vLineWidth: () => 0, hLineColor: () => '#ffffff', fillColor: () => look.ground, paddingLeft: () => 8, paddingRight: () => 8, paddingTop: () => 5, paddingBottom: () => 1 },
    fontSize: 9,
    margin: [0, 0, 0, 0],
  }
}

function tableOf(node: Element): Block[] {
  const rows = [...rowsIn(node)].map((row) => row.children.filter((one): one is Element => isElement(one)))
  const caption = node.children.find((one): one is Element => isElement(one) && one.tag === 'caption')
  const columns = Math.max(0, ...rows.map((row) => row.length))
  if (columns === 0) return []
  const cells = rows.map((row) => Array.from({ length: columns }, (_, index) => cellOf(row[index])))
  const head = rows[0]!.every((cell) => cell.tag === 'th') ? cells.shift()! : []
  return [
    ...(caption ? [{ text: inlines(caption.children), style: 'head', margin: [0, 4, 0, 1], heading: 3 }] : []),
    ruled(head, cells, sharesOf(rows.map((row) => row.map((cell) => textOf(cell.children).replace(spaces, ' ').trim())), columns)),
  ]
}

function* rowsIn(node: Element): Generator<Element> {
  for (const child of node.children) {
    if (!isElement(child)) continue
    if (child.tag === 'tr') yield child
    else yield* rowsIn(child)
  }
}

function cellOf(cell: Element | undefined): Block {
  if (!cell) return { text: '' }
  const heading = cell.tag === 'th' ? { bold: true } : {}
  if (cell.children.every(isInline)) return { text: inlines(cell.children), ...heading }
  return { stack: blocksOf(cell.children, { figures: new Map(), lines: false, width: 120 }).map((block) => ({ ...block, margin: [0, 0, 0, 2] })), ...heading }
}

/**
 * How much of the width each column gets, of one hundred: by the square root of the most that a cell holds, and never less than its
 * longest word needs.
 */
export function sharesOf(rows: readonly string[][], columns: number): number[] {
  const texts = Array.from({ length: columns }, (_, index) => rows.map((row) => row[index] ?? ''))
  const wanted = texts.map((column) => Math.sqrt(Math.min(400, Math.max(6, ...column.map((text) => text.length)))))
  // About 5.6 points a letter of nine, and the padding.
  const least = texts.map((column) => (Math.max(3, ...column.flatMap((text) => text.split(/[\s/–—-]+/)).map((word) => word.length)) * 5.7 + 10) / (measure.width / 100))
  const sum = wanted.reduce((all, one) => all + one, 0)
  const first = wanted.map((one, index) => Math.max((one / sum) * 100, least[index]!))
  const over = first.reduce((all, one) => all + one, 0) - 100
  const spare = first.map((one, index) => one - Math.min(one, least[index]!))
  const given = spare.reduce((all, one) => all + one, 0)
  const shares = over <= 0 || given <= 0 ? first : first.map((one, index) => one - (spare[index]! / given) * Math.min(over, given))
  const all = shares.reduce((sum, one) => sum + one, 0)
  return shares.map((one) => Math.floor((one / all) * 10_000) / 100)
}

function drawingOf(node: Element, setting: Setting): Block[] {
  const svg = setting.figures.get((node.attributes['src'] ?? '').replace(/^.*\//, ''))
  if (!svg) return []
  const [, , wide = 480, high = 240] = (/viewBox="([^"]*)"/.exec(svg)?.[1] ?? '').split(/\s+/).map(Number)
  const width = Math.min(setting.width, wide * 0.6)
  return [{ svg, font: 'Sans', width, height: (width * high) / wide, alignment: 'center' }]
}

function inlines(nodes: readonly Node[]): Block[] {
  const parts: (Type & { text: string })[] = []
  const walk = (all: readonly Node[], type: Type) => {
    for (const node of all) {
      if (!isElement(node)) parts.push({ text: node.replace(spaces, ' '), ...type })
      else if (node.tag === 'br') parts.push({ text: '\n', ...type })
      else walk(node.children, { ...type, ...typeOf(node) })
    }
  }
  walk(nodes, {})
  return tidied(parts)
}

function typeOf({ tag, attributes }: Element): Type {
  switch (tag) {
    case 'strong': case 'b': return { bold: true }
    case 'em': case 'i': return { italics: true }
    case 'sub': return { sub: true }
    case 'sup': return { sup: true }
    case 'small': return { fontSize: 8 }
    case 'a': return { link: attributes['href']!, color: colours.teal, decoration: 'underline' }
    default: return {}
  }
}

/** One space between words whatever elements they stand in, and none at the ends. */
function tidied(parts: readonly (Type & { text: string })[]): Block[] {
  const kept: (Type & { text: string })[] = []
  for (const part of parts) {
    const before = kept.at(-1)?.text ?? ' '
    const text = /[ \n]$/.test(before) ? part.text.replace(/^ +/, '') : part.text
    if (text) kept.push({ ...part, text })
  }
  while (kept.length > 0) {
    const last = kept.at(-1)!
    last.text = last.text.replace(/[ \n]+$/, '')
    if (last.text) break
    kept.pop()
  }
  return kept
}
