import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { type TableFile, tableFile } from '#modules/table.ts'
import { locales } from '#modules/words/index.ts'
import { linesTable } from './exportPlan.ts'
import { targetsOf } from './queries.ts'
import { planInput } from './shapes.ts'

export const exportLinesInput = planInput.extend({ locale: z.enum(locales) })

/**
 * The lines of a centre's plan of a year, all courses, as a CSV that `importTargets` takes in again; only titles for an empty
 * plan. It tells of nobody, so no ledger entry is made. For whom `targetsOf` is.
 */
export async function exportLines(db: Db, actor: Actor, { locale, ...input }: z.infer<typeof exportLinesInput>): Promise<TableFile> {
  return tableFile('csv', `besik-plan-lines-${input.year}`, linesTable(locale, await targetsOf(db, actor, input)))
}
