import { createHash } from 'node:crypto'
import { inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { fullName, locales, moment, t } from '#modules/words/index.ts'
import { type Cell, csv, type Exported, mark } from '#modules/table.ts'
import { namesOfCase } from './caseWords.ts'
import { logbookOf } from './logbookOf.ts'

export const exportLogbookInput = z.object({ cohortId: z.uuid(), locale: z.enum(locales) })

/**
 * The practice logbooks of a cohort as a file: a line for each case. It names the people of the course, never a patient:
 * nothing is stored by which one could be known. Recorded as `list.exported` with its number of rows and the SHA-256 of its
 * text. For those who work at the centre; not found by anyone without a seat there, refused to trainees.
 */
export function exportLogbook(db: Db, actor: Actor, { cohortId, locale }: z.infer<typeof exportLogbookInput>): Promise<Exported> {
  return transact(db, async (tx) => {
    const { cohort, people } = await logbookOf(tx, actor, { cohortId })

    permit(cohort.group)

    const confirming = [...new Set(people.flatMap((person) => person.written.flatMap((one) => one.confirmedBy ?? [])))]
    const trainers = new Map((confirming.length === 0 ? [] : await tx.select().from(persons).where(inArray(persons.id, confirming))).map((one) => [one.id, fullName(one)]))
    const header = (['person', 'date', 'age', 'setting', 'visit', 'signs', 'classification', 'edition', 'recorded', 'confirmed', 'trainer'] as const).map((name) => t(locale, `logbook.csv.${name}`))
    const body = people.flatMap((person) => person.written.toReversed().map((one): Cell[] => {
      const { signs, rules } = namesOfCase(one)
      const named = (ids: string[], among: { id: string; names: Record<typeof locale, string> }[]) => ids.map((id) => among.find((choice) => choice.id === id)?.names[locale] ?? id).join(', ')
      return [
        fullName(person), one.date, t(locale, `case.age.${one.ageGroup}`), t(locale, `case.setting.${one.setting}`), one.visit ? t(locale, `case.visit.${one.visit}`) : '',
        named(one.signs, signs), named(one.classifications, rules), one.edition ?? '',
        moment(locale, one.recordedAt, cohort.timeZone), one.confirmedAt ? moment(locale, one.confirmedAt, cohort.timeZone) : '', one.confirmedBy ? (trainers.get(one.confirmedBy) ?? '') : '',
      ]
    }))
    const text = mark + csv([[t(locale, 'counts.as-of'), moment(locale, new Date(), cohort.timeZone)], [''], header, ...body])
    const digest = createHash('sha256').update(text).digest('hex')
    await record(tx, actor, 'list.exported', { list: `logbook:${cohortId}`, rows: body.length, digest })
    return { name: `besik-logbook-${cohort.startsOn}.csv`, text, rows: body.length, digest }
  })
}
