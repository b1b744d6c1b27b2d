import canonicalize from 'canonicalize'
import { eq } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { editions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { mayApprove } from './policy.ts'

const line = z.string().trim().min(1).max(300).transform((text) => text.normalize('NFC'))

/** The document that approved an edition: which body, its number, its date (`YYYY-MM-DD`). */
export const approvalShape = z.object({ body: line, number: line, date: z.iso.date() })
export const recordApprovalInput = z.object({ editionId: z.uuid(), approval: approvalShape })

/**
 * Writes down the document that approved an edition, once; the same document again changes nothing. Throws
 * `course.approved-already` when another document is recorded: an approval is never swapped, a new edition gets a new one.
 */
export function recordApproval(db: Db, actor: Actor, input: z.infer<typeof recordApprovalInput>) {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(editions).where(eq(editions.id, input.editionId)).for('no key update')
    const edition = found(row)

    permit(mayApprove(actor))

    if (edition.approval && canonicalize(edition.approval) === canonicalize(input.approval)) return
    if (edition.approval) throw new Refusal('course.approved-already', { course: edition.course, number: edition.number })

    await tx.update(editions).set({ approval: input.approval }).where(eq(editions.id, edition.id))
    await record(tx, actor, 'course.approved', approvalFacts(edition, input.approval))
  })
}

/** What the ledger tells of an approval: the edition, and a digest of the document's body, number and date. */
export function approvalFacts(edition: { id: string; course: string; number: number }, approval: z.infer<typeof approvalShape>) {
  return { edition: edition.id, course: edition.course, number: edition.number, approval: createHash('sha256').update(canonicalize(approval)!).digest('hex') }
}
