import { AlignmentType, HeadingLevel, Paragraph, ShadingType, Table, TableCell, TableLayoutType, TableRow, TextRun, VerticalAlignTable, WidthType } from 'docx'
import type { Locale } from '#modules/words/index.ts'

// Paragraphs and tables of a document, in the language that a spelling checker is to take them for.

export const bullets = 'points'
export const languageOf = (locale: Locale) => ({ kk: 'kk-KZ', ru: 'ru-RU', en: 'en-GB' })[locale]
export type Piece = Paragraph | Table

export const blocksIn = (locale: Locale) => {
  const run = (text: string, bold = false) => new TextRun({ text, language: { value: languageOf(locale) }, ...(bold ? { bold } : {}) })
  const cell = (text: string, width: number, style: 'TableText' | 'TableHead', right: boolean) => new TableCell({
    width: { size: width, type: WidthType.DXA }, verticalAlign: VerticalAlignTable.TOP, margins: { left: 85, right: 85 },
    ...(style === 'TableHead' ? { shading: { type: ShadingType.CLEAR, color: 'auto', fill: 'E3F0EE' } } : {}),
    children: [new Paragraph({ style, children: text ? [run(text)] : [], ...(right ? { alignment: AlignmentType.RIGHT } : {}) })],
  })
  return {
    title: (text: string) => new Paragraph({ heading: HeadingLevel.TITLE, children: [run(text)] }),
    heading: (text: string, level: 1 | 2 | 3) => new Paragraph({ heading: [HeadingLevel.HEADING_1, HeadingLevel.HEADING_2, HeadingLevel.HEADING_3][level - 1]!, children: [run(text)] }),
    paragraph: (text: string, bold = false) => new Paragraph({ children: [run(text, bold)] }),
    mark: (text: string) => new Paragraph({ style: 'Mark', children: [run(text)] }),
    list: (texts: readonly string[]) => texts.map((text) => new Paragraph({ numbering: { reference: bullets, level: 0 }, children: [run(text)] })),
    /** `shares` are the widths of the columns, of one hundred; `numbers` the columns that hold figures; the last `sums` rows are totals. */
    table: ({ head = [], rows, shares, wide = false, numbers = [], sums = 0 }: { head?: readonly string[]; rows: readonly (readonly string[])[]; shares: readonly number[]; wide?: boolean; numbers?: readonly number[]; sums?: number }) => {
      const all = wide ? 14_854 : 9638
      const widths = shares.map((share) => Math.floor((share * all) / 100))
      const row = (texts: readonly string[], style: 'TableText' | 'TableHead', header = false) => new TableRow({ cantSplit: true, tableHeader: header, children: widths.map((width, index) => cell(texts[index] ?? '', width, style, numbers.includes(index))) })
      return new Table({
        width: { size: widths.reduce((sum, one) => sum + one, 0), type: WidthType.DXA }, layout: TableLayoutType.FIXED, columnWidths: widths,
        rows: [...(head.length > 0 ? [row(head, 'TableHead', true)] : []), ...rows.map((one, index) => row(one, index >= rows.length - sums ? 'TableHead' : 'TableText'))],
      })
    },
    gap: () => new Paragraph({ children: [] }),
  }
}
