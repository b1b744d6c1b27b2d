import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { unzipSync } from 'fflate'
import type { Book } from './book.ts'
import type { Finding } from './format.ts'

type Xml = Record<string, unknown>
/** In the order in which they stand: each node has one name, its children below it, and its attributes at `:@`. */
const reader = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', preserveOrder: true, parseTagValue: false, parseAttributeValue: false, trimValues: false })

const nameOf = (node: Xml) => Object.keys(node).find((key) => key !== ':@') ?? ''
const childrenOf = (node: Xml): Xml[] => { const value = node[nameOf(node)]; return Array.isArray(value) ? (value as Xml[]) : [] }
const attribute = (node: Xml | undefined, name: string): string | undefined => (node?.[':@'] as Record<string, string> | undefined)?.[name]
function* all(nodes: readonly Xml[], name: string): Generator<Xml> {
  for (const node of nodes) {
    if (nameOf(node) === name) yield node
    yield* all(childrenOf(node), name)
  }
}
const first = (node: Xml | undefined, name: string): Xml | undefined => (node ? all(childrenOf(node), name).next().value ?? undefined : undefined)
const textIn = (node: Xml): string => [...all([node], 'w:t')].flatMap((one) => childrenOf(one).map((text) => String(text['#text'] ?? ''))).join('')

const main = 'word/document.xml'
const headings = 8

/**
 * What a text editor needs of a document (ISO/IEC 29500): every part named by its type and every link of parts leading to one, well-formed,
 * nothing from outside and no macro; headings and tables as styles that are there; and that hours add up, that every session, lesson and
 * outcome of every day stands in it, and that no question of a test does.
 */
export function rehearseSyllabus(bytes: Uint8Array, books: readonly Book[]): Finding[] {
  const findings: Finding[] = []
  const note = (rule: string, path: string, message: string) => findings.push({ rule, path, message })
  let files: Map<string, string>
  try {
    files = new Map(Object.entries(unzipSync(bytes)).map(([path, content]) => [path, Buffer.from(content).toString('utf8')]))
  } catch (error) {
    return [{ rule: 'zip', path: main, message: String(error) }]
  }
  for (const [path, text] of files) {
    const valid = /\.(xml|rels)$/.test(path) ? XMLValidator.validate(text) : true
    if (valid !== true) note('well-formed', path, `${valid.err.msg} in line ${valid.err.line}`)
    if (/vbaProject|\.bin$/.test(path)) note('macro', path, 'is a program')
  }
  if (!files.has(main)) note('file', main, 'is missing')
  if (findings.length > 0) return findings
  typesAndLinks(files, note)
  readDocument(files, books, note)
  return findings
}

type Note = (rule: string, path: string, message: string) => void

function typesAndLinks(files: ReadonlyMap<string, string>, note: Note) {
  const types = reader.parse(files.get('[Content_Types].xml') ?? '<Types/>') as Xml[]
  const endings = new Set([...all(types, 'Default')].map((one) => attribute(one, 'Extension')))
  const parts = new Set([...all(types, 'Override')].map((one) => attribute(one, 'PartName')))
  for (const path of files.keys()) if (path !== '[Content_Types].xml' && !parts.has(`/${path}`) && !endings.has(path.slice(path.lastIndexOf('.') + 1))) note('type', path, 'has no type')
  for (const part of parts) if (!files.has(part!.slice(1))) note('type', part!, 'is named and is not there')
  for (const [path, text] of files) {
    if (!path.endsWith('.rels')) continue
    const folder = path.replace(/_rels\/[^/]*$/, '')
    for (const link of all(reader.parse(text) as Xml[], 'Relationship')) {
      const target = attribute(link, 'Target') ?? ''
      if (attribute(link, 'TargetMode') === 'External') note('outside', path, `leads to ${target}`)
      else if (!files.has(target.startsWith('/') ? target.slice(1) : new URL(target, `file:///${folder}`).pathname.slice(1))) note('link', path, `leads to ${target}, which is not there`)
    }
  }
}

function readDocument(files: ReadonlyMap<string, string>, books: readonly Book[], note: Note) {
  const document = reader.parse(files.get(main)!) as Xml[]
  const styles = new Set([...all(reader.parse(files.get('word/styles.xml') ?? '<x/>') as Xml[], 'w:style')].map((one) => attribute(one, 'w:styleId')))
  const used = [...all(document, 'w:pStyle')].map((one) => attribute(one, 'w:val') ?? '')
  for (const style of new Set(used)) if (!styles.has(style)) note('style', main, `${style} is not among the styles`)
  if (used.filter((one) => one === 'Title').length !== books.length) note('heading', main, 'there is not one title for each language')
  if (used.filter((one) => one === 'Heading1').length !== books.length * headings) note('heading', main, `there are not ${headings} headings for each language`)
  const wanted = { kk: 'kk-KZ', ru: 'ru-RU', en: 'en-GB' }
  const spoken = new Set([...all(document, 'w:lang')].map((one) => attribute(one, 'w:val')))
  for (const { locale } of books) if (!spoken.has(wanted[locale])) note('language', main, `nothing is marked as ${wanted[locale]}`)

  const tables = [...all(document, 'w:tbl')].map((table) => ({
    columns: [...all(childrenOf(first(table, 'w:tblGrid') ?? {}), 'w:gridCol')].length,
    rows: [...all(childrenOf(table), 'w:tr')].map((row) => [...all(childrenOf(row), 'w:tc')].map((cell) => textIn(cell).trim())),
  }))
  for (const [index, { columns, rows }] of tables.entries()) if (rows.some((row) => row.length !== columns)) note('table', main, `table ${index + 1} has rows of other widths`)

  const said = flat([...all(document, 'w:p')].map(textIn).join(' '))
  for (const book of books) {
    const all = [book.title, ...book.days.flatMap((day) => [day.title, ...day.objectives, ...day.sessions.map((one) => one.title), ...day.lessons.map((lesson) => lesson.title)]), ...book.stations.map((one) => one.body.titles[book.locale])]
    for (const text of all) if (!said.includes(flat(text))) note('text', `${book.locale}`, `lacks “${text}”`)
    for (const item of book.items.values()) if (said.includes(flat(item.body.prompt[book.locale])) || said.includes(flat(item.body.rationale[book.locale]))) note('secret', item.id, 'a question of a test stands in it')
  }
  hoursAddUp(tables.map((one) => one.rows), books, note)
}

const flat = (text: string) => text.replace(/\s+/g, ' ').trim().toLowerCase()
const figure = (text: string | undefined) => (text === '–' ? 0 : Number((text ?? '').replace(/[\s\u00a0\u202f]/g, '').replace(',', '.')))

/** The table of hours (the one with a row for each day, and sums): each row, each column and the whole. */
function hoursAddUp(tables: readonly string[][][], books: readonly Book[], note: Note) {
  const plans = tables.filter((rows) => rows[0]?.length === 7 && rows[0].slice(1).every((one) => one !== '') && (rows[1]?.[0] ?? '').startsWith('1. '))
  if (plans.length !== books.length) return note('hours', main, 'there is not one table of hours for each language')
  for (const [index, rows] of plans.entries()) {
    const lines = rows.slice(1).map((row) => row.slice(1).map(figure))
    const sums = lines.at(-1)!
    const days = lines.slice(0, -1)
    const { edition, days: taught } = books[index]!
    if (lines.some((line) => line.slice(0, -1).reduce((one, other) => one + other, 0) !== line.at(-1))) note('hours', main, 'a row does not add up')
    if (sums.some((sum, column) => days.reduce((all, line) => all + line[column]!, 0) !== sum)) note('hours', main, 'a column does not add up')
    if (days.length !== taught.length || sums.at(-1) !== edition.hours) note('hours', main, `the hours are not the ${edition.hours} of the edition`)
  }
}
