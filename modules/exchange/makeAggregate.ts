import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { cellDimensions, countCells, countFigures } from '#modules/counts/index.ts'
import { type Checkpoint, latestCheckpoint, record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { locales, t } from '#modules/words/index.ts'
import { factsOf, keepAggregate, type KeptAggregate, wholeFile } from './aggregates.ts'
import { mayTakeOut } from './policy.ts'
import { listName, toldAggregates } from './toldAggregates.ts'

export const makeAggregateInput = z.object({ day: z.iso.date() })

const told = (checkpoint: Checkpoint | null) => checkpoint && { size: checkpoint.size, root: checkpoint.root, at: checkpoint.at.toISOString(), note: checkpoint.note }

/**
 * Writes the aggregate of a day: what was certified, cell by cell, as of its end in Kazakhstan, with the last signed head of the ledger.
 * Recorded as `list.exported` with its rows and SHA-256. A day that has a file keeps it; if its writer died before the ledger knew of it,
 * the very same file is told of now. For auditors and the system.
 */
export async function makeAggregate(db: Db, actor: Actor, { day }: z.infer<typeof makeAggregateInput>): Promise<KeptAggregate> {
  permit(mayTakeOut(actor))

  return transact(db, async (tx) => {
    // Of several processes with one folder, one writes and the others find it written.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('aggregate'))`)
    const there = await wholeFile(day)
    if (there) {
      const { rows, ...kept } = there
      if (!(await toldAggregates(tx, [kept])).has(day)) await record(tx, actor, 'list.exported', { list: listName(day), rows, digest: kept.sha256 })
      return kept
    }
    const { asOf, cells } = await countCells(tx, actor, { asOf: day })
    const { certificates, people, valid } = await countFigures(tx, actor, ['certificates', 'people', 'valid'], { asOf: day })
    const text = `${JSON.stringify({
      besik: 'aggregate', version: 1, day, asOf: asOf.toISOString(), demonstration: certificates.demonstration,
      definition: { name: 'certificates', ...Object.fromEntries(locales.map((locale) => [locale, t(locale, 'counts.definition.certificates')])) },
      checkpoint: told(await latestCheckpoint(tx)),
      totals: { certificates: certificates.count, people: people.count, valid: valid.count },
      cells: cells.map((cell) => ({ ...Object.fromEntries(cellDimensions.map((name) => [name, cell[name]])), count: cell.count })),
    }, null, 1)}\n`
    const digest = createHash('sha256').update(text).digest('hex')
    await keepAggregate(day, text, digest)
    await record(tx, actor, 'list.exported', { list: listName(day), rows: cells.length, digest })
    return factsOf(day)
  })
}
