import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { changeAnswers, changeRequests } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { editionOf } from '#modules/courses/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { someWords } from '#modules/text.ts'
import { changeStates, type ChangeState, nextStates, problemOfChange } from './changeRules.ts'
import { mayAnswerChanges, maySeeChange, maySeeChanges, maySendChangeRequest } from './policy.ts'
import { tellAuthors, tellSender } from './tellOfChange.ts'

const said = { requestId: z.uuid(), seen: z.enum(changeStates), text: someWords(2000).refine((text) => [...text].length >= 2, { error: 'field.too_small' }) }

export const answerChangeRequestInput = z.object({ ...said, to: z.enum(changeStates), doneIn: z.uuid().optional() })
export const replyToChangeRequestInput = z.object(said)

/**
 * The authors' answer to a change request: a message, or a decision with its reason; `done` names the edition that has it.
 * Whoever sent the request is written to. `seen` is the state that was read: another answer given meanwhile is not passed
 * over. For administrators. Refuses what `problemOfChange` names.
 */
export function answerChangeRequest(db: Db, actor: Actor, { requestId, seen, to, doneIn, text }: z.infer<typeof answerChangeRequestInput>): Promise<{ state: ChangeState }> {
  return transact(db, async (tx) => {
    permit(mayAnswerChanges(actor))
    const row = found((await tx.select().from(changeRequests).where(eq(changeRequests.id, requestId)).for('update'))[0])

    const [about, later] = [await editionOf(tx, row.editionId), doneIn === undefined ? null : await editionOf(tx, doneIn)]
    const problem = problemOfChange({ kind: row.kind, side: 'authors', seen, state: row.state, to, about, doneIn: later })
    if (problem) throw new Refusal(problem, {}, problem === 'change-request.edition-needed' || problem === 'change-request.edition-unfit' ? { doneIn: 'field.later-edition' } : undefined)

    const stays = to === 'done' && later === null && row.state === 'done'
    await tx.update(changeRequests).set({ state: to, doneIn: stays ? row.doneIn : (later?.id ?? null) }).where(eq(changeRequests.id, row.id))
    await tx.insert(changeAnswers).values({ requestId: row.id, text, side: 'authors', state: to, answeredBy: actor.personId, answeredAt: new Date() })
    await tellSender(tx, row.id, text)
    return { state: to }
  })
}

/**
 * The college's word on its own request. After a decision it opens the request again. The authors are written to. For staff of
 * the college; another college's request is not there.
 */
export function replyToChangeRequest(db: Db, actor: Actor, { requestId, seen, text }: z.infer<typeof replyToChangeRequestInput>): Promise<{ state: ChangeState }> {
  return transact(db, async (tx) => {
    permit(maySeeChanges(actor))
    const [any] = await tx.select().from(changeRequests).where(eq(changeRequests.id, requestId)).for('update')
    const row = found(any && maySeeChange(actor, any) ? any : null)
    permit(row.collegeId !== null && maySendChangeRequest(actor, row.collegeId))

    const about = await editionOf(tx, row.editionId)
    const to = nextStates('college', row.state)[0]!
    const problem = problemOfChange({ kind: row.kind, side: 'college', seen, state: row.state, to, about, doneIn: null })
    if (problem) throw new Refusal(problem)

    await tx.update(changeRequests).set({ state: to, ...(to === 'open' ? { doneIn: null } : {}) }).where(eq(changeRequests.id, row.id))
    await tx.insert(changeAnswers).values({ requestId: row.id, text, side: 'college', state: to, answeredBy: actor.personId, answeredAt: new Date() })
    await tellAuthors(tx, row.id, 'change-request.replied', text)
    return { state: to }
  })
}
