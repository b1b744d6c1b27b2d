import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { dataValueSet, dataValueSetInput } from './dataValueSet.ts'

export const exportDataValueSetInput = dataValueSetInput

/** The data value set of a month as a file. Recorded as `list.exported` with its values and SHA-256. For whom, and refuses what, `dataValueSet` does. */
export function exportDataValueSet(db: Db, actor: Actor, input: z.input<typeof exportDataValueSetInput>, now = new Date()): Promise<{ name: string; text: string; rows: number; digest: string }> {
  return transact(db, async (tx) => {
    const { set } = await dataValueSet(tx, actor, input, now)
    const text = `${JSON.stringify(set, null, 1)}\n`
    const digest = createHash('sha256').update(text).digest('hex')
    await record(tx, actor, 'list.exported', { list: `dhis2:${set.period}`, rows: set.dataValues.length, digest })
    return { name: `besik-dhis2-${set.period}.json`, text, rows: set.dataValues.length, digest }
  })
}
