import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { type Cell, csv, dayCell, mark, tableFile, type TableFile, tableFormats } from '#modules/table.ts'
import { type Locale, locales, t } from '#modules/words/index.ts'
import { type Dimension, settle } from './cut.ts'
import { preamble } from './exportCounts.ts'
import { everyListed, type Listed, listCertificatesInput, stateOf } from './listCertificates.ts'
import { nameOf, type Names, namesIn } from './names.ts'
import { mayCount } from './policy.ts'

export const exportCertificatesInput = listCertificatesInput.omit({ limit: true, cursor: true }).extend({ locale: z.enum(locales), format: z.enum(tableFormats).default('csv') })

/** A workbook is put together in memory, cell by cell, while others wait; the text of a CSV is not. */
export const mostInWorkbook = 10_000

/**
 * The certificates of a list as a file, in its order and with all that it shows, each by its serial; neither names nor codes, which open the
 * public page with the name, so that a file that gets lost tells nothing about people. Refuses a workbook of more than ten thousand (`list.too-long`). Recorded as
 * `list.exported` with its number of rows and the SHA-256 of its bytes. For whom `countCertificates` is.
 */
export async function exportCertificates(db: Db, actor: Actor, input: z.input<typeof exportCertificatesInput>, most = mostInWorkbook): Promise<TableFile> {
  const { locale, format, which, state, ...cut } = exportCertificatesInput.parse(input)
  const settled = settle(cut)

  permit(mayCount(actor, cut.where))

  return transact(db, async (tx) => {
    const listed = stateOf({ which, state, where: cut.where })
    const above: Cell[][] = [
      ...preamble(locale, cut, settled.asOf, await namesIn(tx, [cut.where])),
      ...(listed === 'counted' ? [] : [[t(locale, 'ministry.which'), t(locale, listed === 'all' ? 'ministry.which.all' : `certificate.state.${listed}`)]]),
      [''],
      headerLine(locale),
    ]
    const name = `besik-certificates-${settled.asOf.toISOString().slice(0, 10)}`
    const [parts, body]: [string[], Cell[][]] = [[mark, csv(above)], []]
    let rows = 0
    for await (const batch of everyListed(tx, settled, listed)) {
      const names = await namesIn(tx, batch)
      rows += batch.length
      if (format === 'csv') parts.push(certificateLines(locale, batch, names))
      else if (rows > most) throw new Refusal('list.too-long', { most })
      else body.push(...certificateCells(locale, batch, names))
    }
    const file = format === 'csv'
      ? textFile(name, parts.join(''), rows)
      : await tableFile(format, name, { name: t(locale, 'ministry.certificates.title'), head: above.length, rows: [...above, ...body] })
    await record(tx, actor, 'list.exported', { list: listed === 'counted' ? 'certificates' : `certificates:${listed}`, rows, digest: file.digest })
    return file
  })
}

function textFile(name: string, text: string, rows: number): TableFile {
  const bytes = Buffer.from(text)
  return { name: `${name}.csv`, type: 'text/csv; charset=utf-8', bytes, rows, digest: createHash('sha256').update(bytes).digest('hex') }
}

const facts = ['region', 'centre', 'facility', 'course', 'edition', 'profession', 'sex', 'language', 'kind'] as const satisfies Dimension[]

const headerLine = (locale: Locale) => [
  ...(['serial', 'status', 'counted-on', 'issued-on', 'expires-on'] as const).map((name) => t(locale, `counts.${name}`)),
  ...facts.map((name) => t(locale, `counts.dimension.${name}`)),
  ...(['entry', 'certifies', 'revoked-on', 'reason', 'successor', 'renewed-by'] as const).map((name) => t(locale, `counts.${name}`)),
]

const certificateCells = (locale: Locale, batch: readonly Listed[], names: Names): Cell[][] =>
  batch.map((one) => [
    one.serial, one.takenBack ? t(locale, 'certificate.state.taken-back') : t(locale, `counts.status.${one.status}`), ...[one.countedOn, one.issuedOn, one.expiresOn].map((day) => (day === null ? '' : dayCell(day))),
    ...facts.map((name) => nameOf(locale, names, name, one[name])), one.entry,
    t(locale, one.certifies ? 'counts.certifies.yes' : 'counts.certifies.no'), one.revokedOn === null ? '' : dayCell(one.revokedOn), one.reason, one.successor, one.renewedBy,
  ])

/** The lines of these certificates, serial first. */
export const certificateLines = (locale: Locale, batch: readonly Listed[], names: Names): string => csv(certificateCells(locale, batch, names))
