import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Locale, locales, moment, t } from '#modules/words/index.ts'
import { countCertificates, countCertificatesInput } from './countCertificates.ts'
import { type Cell, csv, mark } from '#modules/table.ts'
import { type Cut, dimensions, none } from './cut.ts'
import { nameOf, type Names, namesIn } from './names.ts'
import { mayCount } from './policy.ts'

export const exportCountsInput = countCertificatesInput.extend({ locale: z.enum(locales) })

/** A file to download, with what was recorded about it. */
export type Exported = { name: string; text: string; rows: number; digest: string }

/**
 * A table of counts as a file, with its definition, cut and moment at the top. Recorded as `list.exported` with its
 * number of rows and the SHA-256 of its text. For whom `countCertificates` is.
 */
export async function exportCounts(db: Db, actor: Actor, input: z.input<typeof exportCountsInput>): Promise<Exported> {
  const { locale, ...cut } = exportCountsInput.parse(input)

  permit(mayCount(actor, cut.where))

  return transact(db, async (tx) => {
    const counted = await countCertificates(tx, actor, cut)
    const names = await namesIn(tx, [...counted.rows, cut.where])
    const header = [...counted.by.map((name) => t(locale, `audit.dimension.${name}`)), t(locale, 'audit.count')]
    const body = counted.rows.map((row): Cell[] => [...counted.by.map((name) => nameOf(locale, names, name, row[name])), row.count])
    const total = [t(locale, 'audit.total'), ...counted.by.slice(1).map(() => null), counted.total]
    const text = mark + csv([...preamble(locale, cut, counted.asOf, names), header, ...body, ...(counted.by.length > 0 ? [total] : [])])
    const digest = createHash('sha256').update(text).digest('hex')
    await record(tx, actor, 'list.exported', { list: `counts:${counted.by.join(',')}`, rows: body.length, digest })
    return { name: `besik-counts-${counted.asOf.toISOString().slice(0, 10)}.csv`, text, rows: body.length, digest }
  })
}

/** The first lines of every exported file: what is counted, which part of it, and as of when. */
export function preamble(locale: Locale, cut: Cut, asOf: Date, names: Names): Cell[][] {
  const chosen = dimensions.flatMap((name): Cell[][] => {
    const value = cut.where[name]
    return value === undefined ? [] : [[t(locale, `audit.dimension.${name}`), nameOf(locale, names, name, value === none ? null : value)]]
  })
  return [
    [t(locale, 'audit.definition.certificates')],
    [t(locale, 'audit.as-of'), moment(locale, asOf)],
    [t(locale, 'audit.from'), cut.from ?? '…'],
    [t(locale, 'audit.to'), cut.to ?? '…'],
    ...chosen,
    [''],
  ]
}
