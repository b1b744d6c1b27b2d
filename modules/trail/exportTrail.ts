import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { type Kind, record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Cell, csv, type Exported, mark } from '#modules/table.ts'
import { dayOf, type Key, type Locale, locales, moment, t } from '#modules/words/index.ts'
import { seekEntries } from './seekEntries.ts'
import { soughtBy, tellEntries, trailFilters, type TrailFilters } from './trail.ts'

export const exportTrailInput = trailFilters.extend({ locale: z.enum(locales) })

/** More lines than a reader goes through; whoever needs every entry exports the ledger itself. */
export const mostLines = 20_000

/**
 * The trail as a file: what the page shows with these filters, with the filters and the moment at its top, the newest first. A longer one
 * says in its heading that it ends at the newest so many. Recorded as `list.exported`. For auditors and the system.
 */
export async function exportTrail(db: Db, actor: Actor, input: z.input<typeof exportTrailInput>, now = new Date(), most = mostLines): Promise<Exported> {
  const { locale, ...filters } = exportTrailInput.parse(input)

  permit(mayAudit(actor))

  return transact(db, async (tx) => {
    const found = await seekEntries(tx, await soughtBy(tx, actor, filters), most + 1)
    const seqs = found.slice(0, most)
    const lines: Cell[][] = []
    for (let at = 0; at < seqs.length; at += 1000) {
      for (const one of await tellEntries(tx, locale, seqs.slice(at, at + 1000))) {
        lines.push([one.seq, moment(locale, one.at), t(locale, `trail.kind.${one.kind}` as Key), one.sentence, one.by, one.cohort?.name ?? null, one.serial, one.hash])
      }
    }
    const heading = ['seq', 'at', 'kind', 'sentence', 'by', 'cohort', 'serial', 'hash'].map((name) => t(locale, `trail.column.${name}` as Key))
    const text = mark + csv([
      [t(locale, 'trail.title')],
      [t(locale, 'counts.as-of'), moment(locale, now)],
      ...filtersInWords(locale, filters),
      ...(found.length > most ? [[t(locale, 'trail.cut-off', { n: most })]] : []),
      [''], heading, ...lines,
    ])
    const digest = createHash('sha256').update(text).digest('hex')
    await record(tx, actor, 'list.exported', { list: `trail:${filters.kind ?? filters.group ?? 'all'}`, rows: lines.length, digest })
    return { name: `besik-trail-${dayOf(now, 'Asia/Almaty')}.csv`, text, rows: lines.length, digest }
  })
}

/** Every filter with its name, for the top of a file. Ids stand as they are: the lines themselves say what they are called. */
function filtersInWords(locale: Locale, { kind, group, by, ...rest }: TrailFilters): Cell[][] {
  const told: [name: string, value: string | undefined][] = [
    ['group', group && t(locale, `trail.group.${group}`)],
    ['kind', kind && t(locale, `trail.kind.${kind as Kind}` as Key)],
    ['by', by === 'me' || by === 'system' ? t(locale, `trail.filter.by.${by}`) : by],
    ...(['from', 'to', 'centre', 'cohort', 'serial'] as const).map((name): [string, string | undefined] => [name, rest[name]]),
  ]
  return told.flatMap(([name, value]) => (value === undefined ? [] : [[t(locale, `trail.filter.${name}` as Key), value]]))
}
