import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'

// Texts of packages as a small tree: the same for cartridges, books, PDFs and documents.

/** An element with its attributes in the order in which they are written. Text stands as itself. */
export type Element = { tag: string; attributes: Record<string, string>; children: Node[] }
export type Node = Element | string

export const isElement = (node: Node): node is Element => typeof node !== 'string'

export const element = (tag: string, attributes: Record<string, string>, ...children: Node[]): Element => ({ tag, attributes, children })

/** Takes HTML apart as a browser does. Comments are left out. */
export const parseHtml = (html: string): Node[] => parseFragment(html).childNodes.flatMap(nodeOf)

function nodeOf(node: DefaultTreeAdapterTypes.ChildNode): Node[] {
  if (node.nodeName === '#text') return [(node as DefaultTreeAdapterTypes.TextNode).value]
  if (!('tagName' in node)) return []
  const { tagName, attrs, childNodes } = node
  return [{ tag: tagName, attributes: Object.fromEntries(attrs.map((one) => [one.prefix ? `${one.prefix}:${one.name}` : one.name, one.value])), children: childNodes.flatMap(nodeOf) }]
}

/** Elements that have no content. */
const empty = new Set(['br', 'hr', 'img', 'col', 'meta', 'link'])

/** Characters that XML 1.0 can't hold in any spelling are left out. */
export const escapeXml = (text: string) =>
  // oxlint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

/** Writes a tree so that it is well-formed XML and the same tree for an HTML parser. */
export function writeXhtml(nodes: readonly Node[]): string {
  return nodes.map((node) => {
    if (!isElement(node)) return escapeXml(node)
    const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('')
    return empty.has(node.tag) ? `<${node.tag}${attributes} />` : `<${node.tag}${attributes}>${writeXhtml(node.children)}</${node.tag}>`
  }).join('')
}

/** Everything that a tree says, without its form. */
export const textOf = (nodes: readonly Node[]): string => nodes.map((node) => (isElement(node) ? textOf(node.children) : node)).join('')

/** Every element of a tree, in the order of the text. */
export function* elementsOf(nodes: readonly Node[]): Generator<Element> {
  for (const node of nodes) {
    if (!isElement(node)) continue
    yield node
    yield* elementsOf(node.children)
  }
}
