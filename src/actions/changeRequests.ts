import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { answerChangeRequest, answerChangeRequestInput, replyToChangeRequest, replyToChangeRequestInput, sendChangeRequest, sendChangeRequestInput } from '#modules/packages/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { ask } from './ask.ts'

/** The form names a lesson from a list or the number of a question; a question says more exactly what is meant. */
const { about, ...input } = sendChangeRequestInput.shape
const sendForm = z.object({ ...input, lesson: about, question: about })

const send = (db: Db, actor: Actor, { lesson, question, ...request }: z.infer<typeof sendForm>) =>
  sendChangeRequest(db, actor, { ...request, about: question ?? lesson }).catch((error: unknown) => {
    if (error instanceof Refusal && error.fields?.['about']) throw new Refusal(error.code, error.facts, { [question ? 'question' : 'lesson']: error.fields['about'] })
    throw error
  })

export const changeRequests = {
  send: ask(sendForm, send, { flash: 'change-request.flash.sent', to: ({ locale, result }) => `/${locale}/college/requests/${result.id}` }),
  answer: ask(answerChangeRequestInput, answerChangeRequest, { flash: 'change-request.flash.answered' }),
  reply: ask(replyToChangeRequestInput, replyToChangeRequest, { flash: 'change-request.flash.replied' }),
}
