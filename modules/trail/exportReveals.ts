import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isAdministrator } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Cell, csv, type Exported, mark } from '#modules/table.ts'
import { dayOf, type Locale, locales, moment, t } from '#modules/words/index.ts'
import { maySeeReveals } from './policy.ts'
import { type Looked, reveals, revealsInput } from './reveals.ts'

export const exportRevealsInput = revealsInput.omit({ before: true, limit: true }).extend({ locale: z.enum(locales) })

/**
 * Every look at personal data as a file, with exactly what the page shows to this actor. Recorded as `list.exported` with its number of
 * rows and the SHA-256 of its text.
 */
export async function exportReveals(db: Db, actor: Actor, input: z.input<typeof exportRevealsInput>): Promise<Exported> {
  const { locale, ...asked } = exportRevealsInput.parse(input)

  permit(maySeeReveals(actor))

  return transact(db, async (tx) => {
    const named = isAdministrator(actor)
    const lines: Cell[][] = []
    for (let before: number | undefined; ;) {
      const { items, cursor } = await reveals(tx, actor, { ...asked, before, limit: 1000 })
      lines.push(...items.map((one) => line(locale, one, named)))
      if (cursor === null) break
      before = cursor
    }
    const now = new Date()
    const preface: Cell[][] = [[t(locale, 'ministry.reveals.title')], [t(locale, 'counts.as-of'), moment(locale, now)], [t(locale, 'counts.from'), asked.from ?? '…'], [t(locale, 'counts.to'), asked.to ?? '…'], ['']]
    const text = mark + csv([...preface, header(locale, named), ...lines])
    const digest = createHash('sha256').update(text).digest('hex')
    await record(tx, actor, 'list.exported', { list: 'reveals', rows: lines.length, digest })
    return { name: `besik-reveals-${dayOf(now, 'Asia/Almaty')}.csv`, text, rows: lines.length, digest }
  })
}

const header = (locale: Locale, named: boolean): Cell[] =>
  (['entry', 'when', 'field', 'by', ...(named ? (['name'] as const) : []), 'subject', 'serial', 'purpose', 'reason'] as const).map((name) => t(locale, `ministry.reveals.${name}`))

const line = (locale: Locale, one: Looked, named: boolean): Cell[] => [
  one.seq, moment(locale, one.at), t(locale, `reveal.field.${one.field}`), one.by, ...(named ? [one.name ?? ''] : []), one.subject, one.serial ?? '',
  one.purpose ? t(locale, `reveal.purpose.${one.purpose}`) : '', one.reason ?? '',
]
