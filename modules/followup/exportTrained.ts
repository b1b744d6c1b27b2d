import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Cell, dayCell, type TableFile, tableFile, tableFormats } from '#modules/table.ts'
import { dayOf, fullName, locales, moment, t } from '#modules/words/index.ts'
import { mayFollowTrained } from './policy.ts'
import { everyone, trainedInPostInput } from './trainedInPost.ts'

export const exportTrainedInput = trainedInPostInput.omit({ limit: true, cursor: true }).extend({ locale: z.enum(locales), format: z.enum(tableFormats) })

/** More people than the country has ever trained: a file that is cut off would lie. */
const everybody = 1_000_000

/**
 * Who is trained and still in post as a file, a line for each person, with the definition above it. Recorded as `list.exported`
 * with its number of rows and the SHA-256 of its bytes. For whom `trainedInPost` is.
 */
export function exportTrained(db: Db, actor: Actor, { locale, format, ...input }: z.infer<typeof exportTrainedInput>): Promise<TableFile> {
  return transact(db, async (tx) => {
    permit(mayFollowTrained(actor, input.centreId))

    const now = new Date()
    const people = await everyone(tx, actor, input, everybody, now)
    const heading: Cell[][] = [
      [t(locale, 'counts.as-of'), moment(locale, now)],
      [t(locale, 'trained.definition')],
      [''],
      (['person', 'profession', 'facility', 'serial', 'course', 'issued', 'expires', 'post', 'now', 'left-on', 'left-because'] as const).map((name) => t(locale, `trained.column.${name}`)),
    ]
    const body = people.map((one): Cell[] => [
      fullName(one), one.profession && t(locale, `profession.${one.profession}`), one.facility?.[locale] ?? null, one.serial, one.course, dayCell(one.issuedOn), one.expiresOn && dayCell(one.expiresOn),
      t(locale, `trained.post.${one.post}`), one.now?.[locale] ?? null, one.leftOn && dayCell(one.leftOn), one.leftBecause,
    ])
    const file = await tableFile(format, `besik-in-post-${dayOf(now, 'Asia/Almaty')}`, { name: t(locale, 'trained.title'), rows: [...heading, ...body], head: heading.length })
    await record(tx, actor, 'list.exported', { list: `in-post:${input.centreId ?? 'all'}`, rows: file.rows, digest: file.digest })
    return file
  })
}
