import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Locale, locales, t } from '#modules/words/index.ts'
import { csv, mark } from '#modules/table.ts'
import { cutInput, type Dimension, settle } from './cut.ts'
import { type Exported, preamble } from './exportCounts.ts'
import { everyCounted, type Listed } from './listCertificates.ts'
import { nameOf, type Names, namesIn } from './names.ts'
import { mayCount } from './policy.ts'

export const exportCertificatesInput = cutInput.extend({ locale: z.enum(locales) })

/**
 * The certificates behind a number as a file, each by its serial and code, which open the public page; no names, so that a
 * file that gets lost tells nothing about people. Recorded as `list.exported` with its number of rows and the SHA-256 of its
 * text. For whom `countCertificates` is.
 */
export async function exportCertificates(db: Db, actor: Actor, input: z.input<typeof exportCertificatesInput>): Promise<Exported> {
  const { locale, ...cut } = exportCertificatesInput.parse(input)
  const settled = settle(cut)

  permit(mayCount(actor, cut.where))

  return transact(db, async (tx) => {
    const parts = [mark, csv([...preamble(locale, cut, settled.asOf, await namesIn(tx, [cut.where])), headerLine(locale)])]
    let rows = 0
    for await (const batch of everyCounted(tx, settled)) {
      parts.push(certificateLines(locale, batch, await namesIn(tx, batch)))
      rows += batch.length
    }
    const text = parts.join('')
    const digest = createHash('sha256').update(text).digest('hex')
    await record(tx, actor, 'list.exported', { list: 'certificates', rows, digest })
    return { name: `besik-certificates-${settled.asOf.toISOString().slice(0, 10)}.csv`, text, rows, digest }
  })
}

const facts = ['region', 'centre', 'facility', 'course', 'edition', 'profession', 'sex', 'language', 'kind'] as const satisfies Dimension[]

const headerLine = (locale: Locale) => [
  ...(['serial', 'code', 'status', 'counted-on', 'issued-on', 'expires-on'] as const).map((name) => t(locale, `audit.${name}`)),
  ...facts.map((name) => t(locale, `audit.dimension.${name}`)),
  t(locale, 'audit.entry'),
]

/** The lines of these certificates, serial first. */
export const certificateLines = (locale: Locale, batch: readonly Listed[], names: Names): string =>
  csv(batch.map((one) => [
    one.serial, one.code, t(locale, `audit.status.${one.status}`), one.countedOn, one.issuedOn, one.expiresOn ?? '',
    ...facts.map((name) => nameOf(locale, names, name, one[name])), one.entry,
  ]))
