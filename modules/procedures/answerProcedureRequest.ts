import { createHash, randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { procedureRequests } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { notify } from '#modules/notices/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { someWords } from '#modules/text.ts'
import { mayAnswerProcedureRequests } from './policy.ts'
import { procedureNamed } from './procedures.ts'

/** Days for which the link of a grant opens, unless whoever grants says otherwise. */
export const linkDays = 30

export const answerProcedureRequestInput = z.object({
  requestId: z.uuid(),
  answer: z.enum(['granted', 'declined']),
  /** Why not; or what more there is to say. */
  text: someWords(1000).optional(),
  days: z.coerce.number().int().min(1).max(180).default(linkDays),
}).refine((input) => input.answer === 'granted' || input.text, { path: ['text'], error: 'field.reason' })

/** How the secret of a link is kept. It has 256 random bits, so its hash says nothing of it. */
export const hashLink = (secret: string) => createHash('sha256').update(secret).digest('hex')

/**
 * Answers a request, once: granted with a link that opens the procedure for some days, or declined with a reason. Whoever
 * asked gets a letter in the language in which they asked. Of the link only a hash is kept; it is answered here once, for
 * whoever wants to hand it over another way. For administrators. Throws `procedure.answered` the second time, and
 * `object.not-found` when the procedure itself is no longer there to grant.
 */
export function answerProcedureRequest(db: Db, actor: Actor, input: z.infer<typeof answerProcedureRequestInput>): Promise<{ state: 'granted' | 'declined'; link: string | null }> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(procedureRequests).where(eq(procedureRequests.id, input.requestId)).for('update')

    permit(mayAnswerProcedureRequests(actor))
    const request = found(row)

    if (request.state !== 'open') throw new Refusal('procedure.answered')
    const procedure = procedureNamed(request.procedure)

    const now = new Date()
    const granted = input.answer === 'granted'
    const secret = randomBytes(32).toString('base64url')
    const until = new Date(now.getTime() + input.days * 24 * 3600 * 1000)
    const link = `${environment().origin}/${request.locale}/procedures/granted/${secret}`
    await tx
      .update(procedureRequests)
      .set({ state: input.answer, answer: input.text ?? null, answeredBy: actor.personId, answeredAt: now, ...(granted ? { linkHash: hashLink(secret), linkUntil: until } : {}) })
      .where(eq(procedureRequests.id, request.id))

    const facts = { name: request.name, title: procedure.fronts[request.locale].title, text: input.text ?? '' }
    await notify(tx, {
      personId: null, recipient: request.email, locale: request.locale,
      ...(granted ? { kind: 'procedure.granted', facts: { ...facts, link, until } } : { kind: 'procedure.declined', facts }),
    })
    return { state: input.answer, link: granted ? link : null }
  })
}
