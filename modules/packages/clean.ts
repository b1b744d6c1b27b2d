import { createHash } from 'node:crypto'
import { element, isElement, type Element, type Node, textOf, writeXhtml } from './tree.ts'

/** A drawing of a text as a file of its own. */
export type Figure = { name: string; svg: string; alt: string }
export type Cleaned = { nodes: Node[]; figures: Figure[] }

/** What importers and readers of books keep: text, lists, tables with caption and scope, pictures. Everything else is unwrapped. */
const kept = new Set([
  'p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'figure', 'figcaption', 'img', 'blockquote',
  'strong', 'em', 'b', 'i', 'sup', 'sub', 'small', 'br', 'hr', 'a', 'section', 'div', 'span', 'dl', 'dt', 'dd', 'code', 'pre',
])
const dropped = new Set(['script', 'style', 'button', 'input', 'select', 'textarea', 'label', 'output', 'fieldset', 'form', 'noscript', 'template', 'iframe'])
/** What only works on the site (a calculator's field, a drill's button, lines to write on), and cards that open at a touch. */
const live = new Set(['block-live', 'note-lines', 'term-card', 'option-box', 'drill-result'])
const named = new Set(['block-title', 'example-title', 'check-question', 'line-head', 'visit-head', 'triage-head', 'font-semibold'])
const labels = new Set(['block-label', 'facilitator-label', 'badge', 'font-medium', 'block-source'])
const attributesOf: Record<string, readonly string[]> = {
  a: ['href'], img: ['src', 'alt'], th: ['scope', 'colspan', 'rowspan'], td: ['colspan', 'rowspan'], ol: ['type', 'start'],
}
/** Classes by which a stylesheet of ours may dress the text; without it the text still stands. */
const dress = /^(objectives|key-points|sources|facilitator|note|example|dialogue|line|check|vignette|visit|visit-part|chart|chart-row|chart-(?:pink|yellow|green)|triage-card|triage-row|triage-(?:red|yellow|green)|tool|block-source|answers|reveal-paper)$/

/**
 * A text of the site in its form for paper (`dist/paper`) as it is handed on: no script, style, field or link into the site;
 * drawings as files beside it; nothing that an importer would strip and that the text would need.
 */
export function clean(nodes: readonly Node[]): Cleaned {
  const figures = new Map<string, Figure>()
  const walk = (all: readonly Node[]): Node[] => all.flatMap((node): Node[] => {
    if (!isElement(node)) return [node.replace(/[ \t\n\r\f]+/g, ' ')]
    const classes = (node.attributes['class'] ?? '').split(/\s+/)
    if (dropped.has(node.tag) && !classes.includes('term-word')) return []
    if (classes.some((one) => live.has(one)) || 'popover' in node.attributes) return []
    if (node.tag === 'svg') return []
    const drawing = node.attributes['role'] === 'img' && node.children.find((child): child is Element => isElement(child) && child.tag === 'svg')
    if (drawing) return [pictureOf(drawing, node.attributes['aria-label'] ?? '', figures)]

    const children = joinOptions(walk(node.children))
    if (classes.includes('option-paper')) return [element('li', { class: 'option' }, ...trimmed(children))]
    if (!kept.has(node.tag) || classes.includes('table-scroll') || (node.tag === 'span' && !node.attributes['lang'])) return children
    if (node.tag === 'a' && !/^https?:\/\//.test(node.attributes['href'] ?? '')) return children
    if (children.every((child) => !isElement(child) && !child.trim()) && !['img', 'br', 'hr', 'td', 'th'].includes(node.tag)) return []
    const attributes = attributesFor(node, classes)
    // What a style makes bold on the site says so by itself here.
    if (node.tag === 'p' && classes.some((one) => named.has(one))) return [{ tag: 'p', attributes, children: [element('strong', {}, ...children)] }]
    if (node.tag === 'p' && classes.some((one) => labels.has(one))) return [{ tag: 'p', attributes, children: [element('em', {}, ...children)] }]
    return [{ tag: node.tag, attributes, children }]
  })
  return { nodes: tidy(joinOptions(walk(nodes))), figures: [...figures.values()] }
}

function attributesFor(node: Element, classes: readonly string[]): Record<string, string> {
  const dressed = classes.filter((one) => dress.test(one)).join(' ')
  return {
    ...(dressed ? { class: dressed } : {}),
    ...(node.attributes['lang'] ? { lang: node.attributes['lang'] } : {}),
    ...Object.fromEntries((attributesOf[node.tag] ?? []).flatMap((name) => (node.attributes[name] === undefined ? [] : [[name, node.attributes[name]]]))),
  }
}

/** The drawing goes to a file named by its content: the same drawing in two lessons is one file. */
function pictureOf(svg: Element, alt: string, figures: Map<string, Figure>): Element {
  // On the site a drawing takes the page's ink; alone it has its own.
  const { class: _class, ...attributes } = svg.attributes
  const drawn = writeXhtml([{ ...svg, attributes: { ...attributes, xmlns: 'http://www.w3.org/2000/svg', color: '#16302b' } }]).replaceAll(' viewbox=', ' viewBox=')
  const name = `${createHash('sha256').update(drawn).digest('hex').slice(0, 12)}.svg`
  figures.set(name, { name, svg: `<?xml version="1.0" encoding="UTF-8"?>\n${drawn}\n`, alt })
  return element('img', { src: `figures/${name}`, alt })
}

/** Answers to choose from stand as one lettered list. */
function joinOptions(nodes: readonly Node[]): Node[] {
  const joined: Node[] = []
  for (const node of nodes) {
    const last = joined.findLast((one) => isElement(one) || one.trim() !== '')
    if (isElement(node) && node.attributes['class'] === 'option') {
      const item = element('li', {}, ...node.children)
      if (last && isElement(last) && last.attributes['class'] === 'options') last.children.push(item)
      else joined.push(element('ol', { type: 'a', class: 'options' }, item))
    } else joined.push(node)
  }
  return joined
}

const trimmed = (nodes: Node[]) => nodes.filter((node) => isElement(node) || node.trim() !== '')

/** A frame without a name around one thing, or around nothing, says nothing. */
function tidy(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node): Node[] => {
    if (!isElement(node)) return [node]
    const children = tidy(node.children)
    const bare = (node.tag === 'div' || node.tag === 'section') && Object.keys(node.attributes).length === 0
    if (bare && children.some((child) => isElement(child) && blocks.has(child.tag))) return children
    const { class: named, ...rest } = node.attributes
    const attributes = named === 'options' ? rest : node.attributes
    return [{ ...node, tag: bare ? 'p' : node.tag, attributes, children }]
  })
}
const blocks = new Set(['p', 'div', 'section', 'ul', 'ol', 'table', 'figure', 'blockquote', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'dl', 'pre'])

/** The first words of a text, for descriptions. */
export const beginningOf = (nodes: readonly Node[], most = 200) => textOf(nodes).replace(/\s+/g, ' ').trim().slice(0, most)
