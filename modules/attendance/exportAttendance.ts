import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { type Cell, type TableFile, tableFile, tableFormats } from '#modules/table.ts'
import { locales, moment, shortDate, t } from '#modules/words/index.ts'
import { presencePercent } from './rules.ts'
import { attendanceSheet } from './sheet.ts'

export const exportAttendanceInput = z.object({ cohortId: z.uuid(), locale: z.enum(locales), format: z.enum(tableFormats) })

/**
 * The attendance sheet of a cohort as a file: a line for each person in a seat, a column for each half-day, and the presence by the
 * one definition, which stands above. Recorded as `list.exported` with its number of rows and the SHA-256 of its bytes.
 * For whom `attendanceSheet` is.
 */
export function exportAttendance(db: Db, actor: Actor, { cohortId, locale, format }: z.infer<typeof exportAttendanceInput>): Promise<TableFile> {
  return transact(db, async (tx) => {
    const { cohort, days, halves, people } = await attendanceSheet(tx, actor, { cohortId })
    const columns = days.flatMap((day) => (['am', 'pm'] as const).map((half) => ({ key: `${day} ${half}`, name: t(locale, 'attendance.csv.half', { day: shortDate(locale, day), half: t(locale, `attendance.${half}`) }) })))
    const heading: Cell[][] = [
      [t(locale, 'counts.as-of'), moment(locale, new Date(), cohort.timeZone)],
      [t(locale, 'attendance.definition', { halves })],
      [''],
      [t(locale, 'attendance.csv.seat'), t(locale, 'attendance.person'), ...columns.map((one) => one.name), ...(['present', 'halves', 'percent'] as const).map((name) => t(locale, `attendance.csv.${name}`))],
    ]
    const body = people.map((person): Cell[] => [
      person.seat, person.name,
      ...columns.map(({ key }) => {
        const mark = person.marks.get(key)?.mark
        return mark ? t(locale, `attendance.mark.${mark}`) : null
      }),
      person.present, person.halves, presencePercent(person),
    ])
    const file = await tableFile(format, `besik-attendance-${cohort.startsOn}`, { name: t(locale, 'cohort.nav.attendance'), rows: [...heading, ...body], head: heading.length })
    await record(tx, actor, 'list.exported', { list: `attendance:${cohortId}`, rows: file.rows, digest: file.digest })
    return file
  })
}
