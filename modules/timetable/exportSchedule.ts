import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { type Cell, dayCell, tableFile, type TableFile, tableFormats } from '#modules/table.ts'
import { locales, moment, t } from '#modules/words/index.ts'
import { timetableInput, timetableOf } from './timetable.ts'

export const exportScheduleInput = timetableInput.extend({ locale: z.enum(locales), format: z.enum(tableFormats) })

/**
 * The schedule of the actor's centres as a file, a line for each cohort, in the reader's language. Recorded as `list.exported` with its
 * number of rows and the SHA-256 of its bytes. For whom `timetableOf` is.
 */
export function exportSchedule(db: Db, actor: Actor, { locale, format, ...asked }: z.infer<typeof exportScheduleInput>): Promise<TableFile> {
  return transact(db, async (tx) => {
    const { cohorts, trainers } = await timetableOf(tx, actor, asked)
    const names = new Map(trainers.map((one) => [one.personId, one.name]))
    const header = (['starts', 'ends', 'course', 'edition', 'centre', 'room', 'language', 'state', 'enrolled', 'capacity', 'queued', 'trainers'] as const).map((name) => t(locale, `schedule.csv.${name}`))
    const body = cohorts.map((one): Cell[] => [
      dayCell(one.startsOn), dayCell(one.endsOn), one.titles[locale], one.edition, one.centreNames[locale], one.room, t(locale, `language.${one.language}`), t(locale, `cohort.state.${one.state}`),
      one.enrolled, one.capacity, one.queued, one.trainers.flatMap((id) => names.get(id) ?? []).join(', '),
    ])
    const head = [[t(locale, 'counts.as-of'), moment(locale, new Date())], [t(locale, 'schedule.csv.days'), dayCell(asked.from), dayCell(asked.to)], header]
    const file = await tableFile(format, `besik-schedule-${asked.from}`, { name: t(locale, 'centre.nav.calendar'), head: head.length, rows: [...head, ...body] })
    await record(tx, actor, 'list.exported', { list: 'schedule', rows: file.rows, digest: file.digest })
    return file
  })
}
