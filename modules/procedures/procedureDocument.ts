import { unzipSync } from 'fflate'
import { AlignmentType, Document, Footer, HeadingLevel, LevelFormat, Packer, PageNumber, Paragraph, ShadingType, Table, TableCell, TableLayoutType, TableRow, TextRun, WidthType } from 'docx'
import { type Files, languageOf, zip } from '#modules/packages/index.ts'
import { type Locale, shortDate, t } from '#modules/words/index.ts'
import { type Part, partsOfText, type Run } from './procedureText.ts'
import type { Procedure } from './procedures.ts'

export const documentType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

/** Whether a procedure can be had as a document to change and fill in. */
export const isDocument = ({ bodies }: Pick<Procedure, 'bodies'>): boolean => partsOfText(bodies.en) !== null

/**
 * A procedure as a document for a text editor, to be changed and filled in: real headings, lists and tables, with what it rests on,
 * its version and its drafts' marks. The same bytes for the same text. Null when it holds what only a page can show.
 */
export async function writeProcedure(procedure: Procedure, locale: Locale): Promise<Uint8Array | null> {
  const parts = partsOfText(procedure.bodies[locale])
  if (!parts) return null
  const front = procedure.fronts[locale]
  const { piecesOf, paragraph } = piecesIn(locale)
  const plain = (text: string, style?: string) => paragraph([{ text, bold: false }], style ? { style } : {})
  const on = procedure.changes[0]!.on
  const marks = [...(front.review.clinical === 'draft' ? [t(locale, 'draft.clinical')] : []), ...(front.review.translation === 'draft' ? [t(locale, 'draft.translation')] : []), t(locale, 'layout.training-use')]
  const document = new Document({
    title: front.title, subject: front.summary, creator: 'Besik', lastModifiedBy: 'Besik', keywords: `${procedure.slug} ${procedure.version}`,
    styles: stylesIn(locale),
    numbering: { config: [listOf('points', LevelFormat.BULLET, '•'), listOf('steps', LevelFormat.DECIMAL, '%1.')] },
    sections: [{
      properties: { page: { size: { width: 11_906, height: 16_838 }, margin: { top: 1134, bottom: 1134, left: 1418, right: 850 } } },
      footers: { default: new Footer({ children: [paragraph([{ text: `CC BY 4.0. ${procedure.slug} ${procedure.version}. `, bold: false }], { style: 'Small' }, [new TextRun({ children: [PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES] })])] }) },
      children: [
        paragraph([{ text: front.title, bold: false }], { heading: HeadingLevel.TITLE }), plain(front.summary), ...marks.map((mark) => plain(mark, 'Mark')),
        plain(t(locale, 'procedure.version', { version: procedure.version, on: shortDate(locale, on) }), 'Small'),
        ...parts.flatMap(piecesOf),
        paragraph([{ text: t(locale, 'lesson.sources'), bold: false }], { heading: HeadingLevel.HEADING_1 }),
        ...front.sources.map((source) => plain(`${source.title}, ${source.edition}${source.part ? `: ${source.part}` : ''}`, 'Small')),
      ],
    }],
  })
  return settled(await Packer.toBuffer(document), on)
}

function piecesIn(locale: Locale) {
  const language = { value: languageOf(locale) }
  const paragraph = (runs: readonly Run[], options: ConstructorParameters<typeof Paragraph>[0] & object = {}, more: TextRun[] = []) =>
    new Paragraph({ ...options, children: [...runs.map(({ text, bold }) => new TextRun({ text, language, ...(bold ? { bold } : {}) })), ...more] })
  // Every numbered list counts from one, so each is an instance of its own.
  let lists = 0
  const piecesOf = (part: Part): (Paragraph | Table)[] => {
    if (part.kind === 'heading') return [paragraph(part.runs, { heading: HeadingLevel.HEADING_1 })]
    if (part.kind === 'table') return [tableOf(part.rows, paragraph), new Paragraph({ style: 'Small', children: [] })]
    if (part.kind !== 'list') return [paragraph(part.runs, part.kind === 'note' ? { style: 'Note' } : {})]
    const instance = ++lists
    return part.items.map((runs) => paragraph(runs, { numbering: { reference: part.ordered ? 'steps' : 'points', level: 0, instance } }))
  }
  return { piecesOf, paragraph }
}

/** The width of the text on the page, in twentieths of a point. */
const across = 9638

function tableOf(rows: Run[][][], paragraph: (runs: readonly Run[], options: { style: string }) => Paragraph): Table {
  const columns = Math.max(...rows.map((row) => row.length))
  // A wide column for much text, a fair share for a place to fill in.
  const weights = Array.from({ length: columns }, (_, at) => Math.min(60, Math.max(12, ...rows.map((row) => (row[at] ?? []).reduce((sum, run) => sum + run.text.length, 0)))))
  const sum = weights.reduce((one, other) => one + other, 0)
  const widths = weights.map((weight) => Math.floor((across * weight) / sum))
  return new Table({
    width: { size: widths.reduce((one, other) => one + other, 0), type: WidthType.DXA }, layout: TableLayoutType.FIXED, columnWidths: widths,
    rows: rows.map((row, line) => new TableRow({
      cantSplit: true, tableHeader: line === 0,
      children: widths.map((size, at) => new TableCell({
        width: { size, type: WidthType.DXA }, margins: { left: 85, right: 85 }, ...(line === 0 ? { shading: { type: ShadingType.CLEAR, color: 'auto', fill: 'E3F0EE' } } : {}),
        children: [paragraph(row[at] ?? [], { style: line === 0 ? 'TableHead' : 'TableText' })],
      })),
    })),
  })
}

const listOf = (reference: string, format: (typeof LevelFormat)[keyof typeof LevelFormat], text: string) =>
  ({ reference, levels: [{ level: 0, format, text, alignment: AlignmentType.LEFT, style: { paragraph: { indent: { left: 425, hanging: 425 } } } }] })

/** Times New Roman is in every editor here, with all Kazakh letters, and is what such papers are typed in. */
const stylesIn = (locale: Locale) => {
  const tight = { spacing: { before: 20, after: 20 } }
  return {
    default: {
      document: { run: { font: 'Times New Roman', size: 24, language: { value: languageOf(locale) } }, paragraph: { spacing: { after: 100 } } },
      title: { run: { size: 36, bold: true, color: '084F4F' }, paragraph: { spacing: { before: 120, after: 160 } } },
      heading1: { run: { size: 28, bold: true, color: '16302B' }, paragraph: { spacing: { before: 280, after: 100 }, keepNext: true } },
    },
    paragraphStyles: [
      { id: 'TableText', name: 'Table Text', basedOn: 'Normal', quickFormat: true, run: { size: 20 }, paragraph: tight },
      { id: 'TableHead', name: 'Table Head', basedOn: 'TableText', quickFormat: true, run: { size: 20, bold: true }, paragraph: { ...tight, keepNext: true } },
      { id: 'Small', name: 'Small', basedOn: 'Normal', quickFormat: true, run: { size: 20 }, paragraph: tight },
      { id: 'Mark', name: 'Mark', basedOn: 'Normal', quickFormat: true, run: { size: 22, bold: true, color: 'B4532A' }, paragraph: { spacing: { after: 40 } } },
      { id: 'Note', name: 'Note', basedOn: 'Normal', quickFormat: true, run: { bold: true }, paragraph: { indent: { left: 425, right: 425 }, spacing: { before: 120, after: 120 } } },
    ],
  }
}

/** The library writes the hour of the day: the day of the version stands in its place. */
function settled(bytes: Uint8Array, on: string): Uint8Array {
  // What tells of the others comes first, as text editors write it.
  const rank = (path: string) => (path === '[Content_Types].xml' ? 0 : path === '_rels/.rels' ? 1 : 2)
  const files: Files = new Map()
  for (const [path, content] of Object.entries(unzipSync(bytes)).toSorted(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1))) {
    files.set(path, path === 'docProps/core.xml' ? Buffer.from(content).toString('utf8').replace(/(<dcterms:(?:created|modified)[^>]*>)[^<]*/g, `$1${on}T00:00:00Z`) : content)
  }
  return zip(files)
}
