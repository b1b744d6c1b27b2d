import { air, bind, drawnLine, type Faces, fit, newFaces, paged, type Piece, qrCode, setLines, setTable, siteOf, soft, stroked, types, watermark, written } from '#modules/pdf/index.ts'
import { type Locale, locales, moment, month as monthName, number, t } from '#modules/words/index.ts'
import { figureNames, partings } from './ledgerFigures.ts'
import type { KeptStatement } from './statements.ts'

const page = { width: 595.28, height: 841.89 }
const column = { x: 52, width: page.width - 96 }
const [top, bottom] = [page.height - 50, 62]

/**
 * Draws a monthly statement as a PDF in the three languages, one after another: the same bytes for the same statement. The signed text is
 * attached exactly as it was signed, so that figures, signature and checkpoint can be checked without this product.
 */
export function drawStatement(kept: Pick<KeptStatement, 'statement' | 'body' | 'digest' | 'signature' | 'entry'>, origin: string): Uint8Array {
  const faces = newFaces(types())
  const { statement, body, digest } = kept
  const parts = locales.flatMap((locale) => paged(piecesOf(faces, kept, locale, origin), top, bottom).map((content) => ({ locale, content })))
  const pages = parts.map(({ locale, content }, at) => ({
    ...page,
    content: [
      ...(statement.demonstration ? watermark(faces, { x: page.width / 2, y: 560, step: 118, width: 440, largest: 40 }) : []),
      ...content,
      stroked(soft, 0.4), drawnLine(column.x, 46, column.x + column.width, 46),
      written(faces.regular, t(locale, 'statement.page', { month: statement.month, page: at + 1, pages: parts.length }), { x: column.x, y: 34, size: 7.6, colour: soft }),
      written(faces.regular, siteOf(origin), { x: column.x + column.width, y: 34, size: 7.6, colour: soft, align: 'right' }),
    ].join('\n'),
  }))
  return bind({
    faces, pages,
    attached: [{ name: 'statement.json', describes: 'Monthly statement', content: body }],
    about: { title: `${t('kk', 'statement.title')} ${statement.month}`, author: 'Besik', subject: t('kk', 'statement.title'), language: 'kk', day: statement.to },
    id: digest.slice(0, 32),
  })
}

function piecesOf(faces: Faces, { statement, digest, signature, entry }: Parameters<typeof drawStatement>[0], locale: Locale, origin: string): Piece[] {
  const figure = (value: number) => number(locale, value)
  const heads = figureNames.map((name) => ({ title: t(locale, `statement.figure.${name}`), width: 22, align: 'right' as const }))
  const section = (title: string, pieces: Piece[]): Piece[] => [air(14), ...setLines(faces, title, column, { size: 12, strong: true, joined: true }), air(3), ...pieces]
  const told = (text: string, size = 8.6) => setLines(faces, text, column, { size, colour: soft, joined: true })
  return [
    ...setLines(faces, t(locale, 'statement.title'), column, { size: 21, strong: true, joined: true }),
    ...setLines(faces, monthName(locale, statement.month), column, { size: 12, strong: true, joined: true }),
    ...told(t(locale, 'statement.as-of', { at: moment(locale, new Date(statement.asOf)) }), 9.4),
    ...(statement.demonstration ? setLines(faces, t(locale, 'statement.demonstration'), column, { size: 9, strong: true, joined: true, colour: '#b4532a' }) : []),
    air(8),
    ...setTable(faces, column, heads, [figureNames.map((name) => figure(statement.total[name]))]),
    ...partings.flatMap((by) => section(t(locale, `counts.dimension.${by}`), setTable(faces, column, [{ title: t(locale, `counts.dimension.${by}`), width: 28 }, ...heads],
      statement.parts[by].map((one) => [one.names[locale], ...figureNames.map((name) => figure(one[name]))])))),
    ...told(t(locale, 'statement.people-more')),
    ...section(t(locale, 'statement.definitions'), statement.definitions.flatMap((one) => setLines(faces, `${t(locale, `statement.figure.${one.figure}`)}: ${one.words[locale]}`, column, { size: 8.4 }))),
    ...section(t(locale, 'statement.proof'), proof(faces, { statement, digest, signature, entry }, locale, origin)),
  ]
}

/** The checkpoint as its signers wrote it, and by what the statement itself is checked: never parted from one another. */
function proof(faces: Faces, { statement, digest, signature, entry }: Pick<KeptStatement, 'statement' | 'digest' | 'signature' | 'entry'>, locale: Locale, origin: string): Piece[] {
  const side = 74
  const width = column.width - side - 20
  const said = [
    t(locale, 'statement.proof.how', { entries: statement.ledger.size, entry }),
    `SHA-256: ${digest}`, `Ed25519 (${statement.kid}): ${signature}`,
    ...statement.ledger.checkpoint.split('\n').filter(Boolean),
  ].flatMap((text) => fit(faces.regular.type, text.replaceAll(/(\S{48})(?=\S)/g, '$1 '), width, { largest: 7.4, most: 12 }).lines)
  const height = Math.max(side, said.length * 10) + 12
  return [{
    height,
    draw: (from) => [
      ...said.map((line, at) => written(faces.regular, line, { x: column.x, y: from - 9 - at * 10, size: 7.4, colour: soft, goesOn: true })),
      qrCode(`${origin}/${locale}/ministry/statements/${statement.month}`, column.x + column.width - side, from - 4 - side, side),
    ],
  }]
}
