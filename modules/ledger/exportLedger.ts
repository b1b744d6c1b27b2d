import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isAuditor, isSystem } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { allEntries } from './entriesFrom.ts'
import { record } from './record.ts'
import { headOf, rootAt } from './tree.ts'

export const exportLedgerInput = z.object({})

/** `root` is the tree's over these rows, hex; `lines` come in batches. */
export type ExportedLedger = { rows: number; root: string; lines: AsyncGenerator<string> }

/**
 * Every entry up to now as JSON lines, which anyone can verify with a published checkpoint and `tests/ledger_verifier.py`.
 * The export itself is recorded, with its number of rows and the tree's root over them, and is not part of what it exports.
 * For auditors and the system.
 */
export async function exportLedger(db: Db, actor: Actor, _input: z.infer<typeof exportLedgerInput>): Promise<ExportedLedger> {
  permit(isSystem(actor) || isAuditor(actor))

  const { rows, root } = await transact(db, async (tx) => {
    const rows = (await headOf(tx)).size
    const root = (await rootAt(tx, rows)).toString('hex')
    await record(tx, actor, 'list.exported', { list: 'ledger', rows, digest: root })
    return { rows, root }
  })
  return { rows, root, lines: linesUpTo(db, rows) }
}

async function* linesUpTo(db: Db, last: number): AsyncGenerator<string> {
  for await (const batch of allEntries(db, last)) yield batch.map((line) => `${JSON.stringify(line)}\n`).join('')
}
