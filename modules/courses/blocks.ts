import type { ContentProblem } from './checkCourse.ts'

/**
 * What an attribute of a block may hold. `text` is a sentence and the only kind that is translated; `flag` stands without a
 * value; a list names the allowed words; the others name something that lives elsewhere: `term` in content/glossary.yaml,
 * `edition`, `box` and `drug` in content/protocols, `figure` among the course's drawings.
 */
export type AttributeKind = 'text' | 'flag' | 'number' | 'term' | 'edition' | 'box' | 'drug' | 'figure' | readonly string[]
type Block = { attributes: Record<string, AttributeKind>; optional?: readonly string[]; inside?: string; empty?: true }

/** Every block that an author may use in a lesson, by name. A page of the project shows each (/dev/blocks). */
export const blocks: Record<string, Block> = {
  Chart: { attributes: {} },
  Check: { attributes: { question: 'text' } },
  Classification: { attributes: { edition: 'edition', box: 'box', chart: ['child', 'young-infant'] }, optional: ['edition', 'chart'], empty: true },
  CountingDrill: { attributes: { edition: 'edition', rate: 'number', age: 'number' }, optional: ['edition'], empty: true },
  Dialogue: { attributes: { title: 'text' } },
  Do: { attributes: {}, inside: 'HomeVisit' },
  DoseTable: { attributes: { edition: 'edition', drug: 'drug' }, optional: ['edition'], empty: true },
  Ask: { attributes: {}, inside: 'HomeVisit' },
  Example: { attributes: { title: 'text' } },
  Facilitator: { attributes: {} },
  Figure: { attributes: { name: 'figure', alt: 'text', caption: 'text' }, empty: true },
  HomeVisit: { attributes: { title: 'text' } },
  Line: { attributes: { speaker: 'text', technique: ['ask', 'praise', 'advise', 'check'] }, optional: ['technique'], inside: 'Dialogue' },
  Note: { attributes: {} },
  Option: { attributes: { right: 'flag', feedback: 'text' }, optional: ['right'], inside: 'Check' },
  PlanCalculator: { attributes: { edition: 'edition', plan: ['A', 'B', 'C'] }, optional: ['edition'], empty: true },
  Reveal: { attributes: { question: 'text' }, inside: 'Vignette' },
  Row: { attributes: { colour: ['pink', 'yellow', 'green'], signs: 'text', classification: 'text', action: 'text' }, inside: 'Chart', empty: true },
  See: { attributes: {}, inside: 'HomeVisit' },
  Steps: { attributes: {} },
  Term: { attributes: { id: 'term' } },
  TriageCard: { attributes: { part: ['emergency', 'priority', 'queue'] }, optional: ['part'], empty: true },
  Vignette: { attributes: { title: 'text' } },
}

/** Whether something of that name is there, in the guideline edition that counts for it. */
export type Known = (kind: 'term' | 'edition' | 'box' | 'drug' | 'figure', name: string, edition: string) => boolean

export type UsedBlock = { name: string; attributes: Record<string, string | true>; line: number }
type Fault = Pick<ContentProblem, 'reason'> & { line: number; what: string }

const attributeText = String.raw`\s+[A-Za-z][\w-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'))?`
const tag = new RegExp(String.raw`<(/?)([A-Za-z][\w.]*)((?:${attributeText})*)\s*(/?)>`, 'y')

/** The text without what MDX does not read as tags: code and comments become blanks, so that every line keeps its number. */
const readable = (text: string) => text.replace(/```[\s\S]*?```|`[^`\n]*`|\{\/\*[\s\S]*?\*\/\}/g, (part) => part.replace(/[^\n]/g, ' '))

/**
 * The blocks of an MDX text in their order, and what is wrong with how they are written: names nobody knows, attributes too
 * many or too few, blocks left open or in the wrong place, program text. Lines are counted from the text's first.
 */
export function readBlocks(source: string): { used: UsedBlock[]; faults: Fault[] } {
  const text = readable(source)
  const used: UsedBlock[] = []
  const faults: Fault[] = []
  const open: { name: string; line: number }[] = []
  const lineAt = lineCounter(text)

  for (const { index, 0: sign } of text.matchAll(/<\/?[A-Za-z]|[{}]|^(?:import|export)\s/gm)) {
    const line = lineAt(index)
    if (!sign.startsWith('<')) {
      faults.push({ line, what: sign.trim(), reason: 'field.content.code' })
      continue
    }
    tag.lastIndex = index
    const [whole, slash, name = '', attributes = '', selfClosing] = tag.exec(text) ?? []
    const block = Object.hasOwn(blocks, name) ? blocks[name] : undefined
    if (!whole) faults.push({ line, what: text.slice(index, index + 20).split(/[\s>]/, 1)[0]!, reason: 'field.content.unreadable' })
    else if (!block) faults.push({ line, what: name, reason: 'field.content.unknown' })
    else if (slash) {
      if (open.at(-1)?.name === name) open.pop()
      else faults.push({ line, what: `/${name}`, reason: 'field.content.unclosed' })
    } else {
      const given = attributesIn(attributes)
      faults.push(...attributeFaults(block, given).map((fault) => ({ ...fault, line, what: `${name} ${fault.what}` })))
      if (block.inside && open.at(-1)?.name !== block.inside) faults.push({ line, what: name, reason: 'field.content.misplaced' })
      if (Boolean(selfClosing) !== Boolean(block.empty)) faults.push({ line, what: name, reason: 'field.content.unclosed' })
      if (!selfClosing) open.push({ name, line })
      used.push({ name, attributes: given, line })
    }
  }
  for (const { name, line } of open) faults.push({ line, what: name, reason: 'field.content.unclosed' })
  return { used, faults }
}

/** What is wrong with the blocks of one lesson, with the line of its file; `firstLine` is where the text begins in it. */
export function checkBlocks(file: string, body: string, { firstLine, guideline, known }: { firstLine: number; guideline: string; known: Known }): ContentProblem[] {
  const { used, faults } = readBlocks(body)
  const lost = used.flatMap(({ name, attributes, line }): Fault[] => {
    const edition = typeof attributes['edition'] === 'string' ? attributes['edition'] : guideline
    return Object.entries(blocks[name]!.attributes).flatMap(([attribute, kind]) => {
      const value = attributes[attribute]
      // A drawing that is not there is told by readCourse, which needs its bytes.
      if (typeof value !== 'string' || Array.isArray(kind) || kind === 'text' || kind === 'number' || kind === 'flag' || kind === 'figure') return []
      return known(kind as 'term', value, edition) ? [] : [{ line, what: `${name} ${attribute}="${value}"`, reason: 'field.content.unknown' }]
    })
  })
  return [...faults, ...lost].sort((a, b) => a.line - b.line).map(({ line, what, reason }) => ({ file, field: `line ${line + firstLine - 1}, ${what}`, reason }))
}

/** The blocks as the three languages must agree on them: everything but sentences, and but terms, which each language uses in its own place. */
export function sharedBlocks(body: string): string[] {
  const shared = ({ name, attributes }: UsedBlock) => Object.entries(attributes).filter(([attribute]) => blocks[name]!.attributes[attribute] !== 'text')
  return readBlocks(body).used.filter(({ name }) => name !== 'Term')
    .map((block) => [block.name, ...shared(block).map(([attribute, value]) => `${attribute}=${value}`).sort()].join(' '))
}

/** A lesson's text as a trainee may have it, for whoever hands the text itself on: without what is for facilitators. */
export const withoutFacilitatorParts = (body: string) =>
  body.replace(/^[ \t]*<Facilitator>[\s\S]*?<\/Facilitator>[ \t]*\n?|<Facilitator>[\s\S]*?<\/Facilitator>/gm, '')

const attributesIn = (text: string) =>
  Object.fromEntries([...text.matchAll(/([A-Za-z][\w-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/g)]
    .map(([, name, double, single]): [string, string | true] => [name!, double ?? single ?? true]))

function attributeFaults({ attributes, optional = [] }: Block, given: Record<string, string | true>): Omit<Fault, 'line'>[] {
  const extra = Object.keys(given).filter((name) => !Object.hasOwn(attributes, name))
    .map((what): Omit<Fault, 'line'> => ({ what, reason: 'field.unrecognized_keys' }))
  const wrong = Object.entries(attributes).flatMap(([what, kind]): Omit<Fault, 'line'>[] => {
    const value = given[what]
    if (value === undefined) return optional.includes(what) ? [] : [{ what, reason: 'field.content.missing' }]
    if (kind === 'flag') return value === true ? [] : [{ what, reason: 'field.content.unreadable' }]
    if (value === true || value.trim() === '') return [{ what, reason: 'field.content.missing' }]
    if (kind === 'number') return /^\d{1,3}(\.\d)?$/.test(value) ? [] : [{ what: `${what}="${value}"`, reason: 'field.content.unreadable' }]
    return Array.isArray(kind) && !kind.includes(value) ? [{ what: `${what}="${value}"`, reason: 'field.content.unknown' }] : []
  })
  return [...extra, ...wrong]
}

/** Numbers of lines for growing places in a text. */
function lineCounter(text: string) {
  let line = 1
  let from = 0
  return (index: number) => {
    for (; from < index; from++) if (text.charCodeAt(from) === 10) line++
    return line
  }
}
