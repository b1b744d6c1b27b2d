import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Cell, csv, type Exported, mark } from '#modules/table.ts'
import { dayOf, hasSentence, type Key, type Locale, locales, moment, t } from '#modules/words/index.ts'
import { denied, deniedFilters } from './denied.ts'
import { mostLines } from './exportTrail.ts'

export const exportDeniedInput = deniedFilters.extend({ locale: z.enum(locales) })

/** Why somebody was kept out, in a few words; a reason without words is told by its name. */
export const denialInWords = (locale: Locale, code: string) => (hasSentence(`denied.code.${code}`) ? t(locale, `denied.code.${code}` as Key) : code)

/** The list of `denied` as a file, the newest first, as many lines as the trail's. Recorded as `list.exported`. For whom `denied` is. */
export async function exportDenied(db: Db, actor: Actor, input: z.input<typeof exportDeniedInput>, now = new Date()): Promise<Exported> {
  const { locale, ...filters } = exportDeniedInput.parse(input)

  permit(mayAudit(actor))

  return transact(db, async (tx) => {
    const { items, cursor } = await denied(tx, actor, { ...filters, limit: mostLines })
    const lines = items.map((one): Cell[] => [moment(locale, one.at), one.who ?? t(locale, 'denied.nobody'), t(locale, `denied.how.${one.how}`), one.what, denialInWords(locale, one.code), one.requestId])
    const chosen = ([['sort', filters.sort && t(locale, `denied.sort.${filters.sort}`)], ['who', filters.who === 'nobody' ? t(locale, 'denied.nobody') : filters.who], ['from', filters.from], ['to', filters.to]] as const)
    const text = mark + csv([
      [t(locale, 'denied.title')],
      [t(locale, 'counts.as-of'), moment(locale, now)],
      ...chosen.flatMap(([name, value]): Cell[][] => (value === undefined ? [] : [[t(locale, name === 'from' || name === 'to' ? `trail.filter.${name}` : `denied.${name}`), value]])),
      ...(cursor === null ? [] : [[t(locale, 'trail.cut-off', { n: mostLines })]]),
      [''],
      (['at', 'who', 'how', 'what', 'why', 'request'] as const).map((name) => t(locale, `denied.column.${name}`)),
      ...lines,
    ])
    const digest = createHash('sha256').update(text).digest('hex')
    await record(tx, actor, 'list.exported', { list: 'denials', rows: lines.length, digest })
    return { name: `besik-denials-${dayOf(now, 'Asia/Almaty')}.csv`, text, rows: lines.length, digest }
  })
}
