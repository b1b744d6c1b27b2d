import { and, asc, desc, eq, inArray, lt, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { changeAnswers, changeRequests, colleges, editions, lessons, persons, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { courseSlug, editionsOf } from '#modules/courses/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { fullName } from '#modules/words/index.ts'
import { type ChangeState, changeStates, nextStates, type Side } from './changeRules.ts'
import { collegesOf, mayAnswerChanges, maySeeChange, maySeeChanges } from './policy.ts'

export type ChangeRequest = {
  id: string
  kind: 'question' | 'correction'
  state: ChangeState
  text: string
  sentAt: Date
  /** The edition it is about. */
  edition: { id: string; course: string; number: number; titles: Texts }
  /** The lesson or question it is about; only a lesson has a title and an address. */
  about: { id: string; titles: Texts | null; slug: string | null } | null
  college: Texts | null
  sender: string | null
  /** The edition that has it. */
  doneIn: number | null
  messages: number
}

export type ChangeMessage = { id: string; side: Side; name: string | null; text: string; state: ChangeState; at: Date }

export type ChangeStory = ChangeRequest & {
  said: ChangeMessage[]
  /** States that this actor may answer with; none for who only reads. */
  next: readonly ChangeState[]
  /** For the college: it may say more. */
  replyable: boolean
  /** Editions in which it may be done, newest first. */
  later: { id: string; number: number }[]
}

export const changeRequestsInput = z.object({
  state: z.enum(changeStates).optional(),
  course: courseSlug.optional(),
  cursor: z.string().regex(/^\d{1,15}_[0-9a-f-]{36}$/).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const doneEdition = alias(editions, 'done_edition')
/** To the millisecond, as a cursor carries it. */
const sentMs = sql`date_trunc('milliseconds', ${changeRequests.sentAt})`.mapWith(changeRequests.sentAt)

const viewed = (db: Db) =>
  db
    .select({
      request: changeRequests, edition: { id: editions.id, course: editions.course, number: editions.number, titles: editions.titles }, college: colleges.names, doneIn: doneEdition.number,
      sender: { familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic }, lesson: { titles: lessons.titles, slug: lessons.slug },
      messages: sql<number>`(select count(*)::int from ${changeAnswers} a where a.request_id = ${changeRequests.id})`,
    })
    .from(changeRequests).innerJoin(editions, eq(editions.id, changeRequests.editionId)).leftJoin(colleges, eq(colleges.id, changeRequests.collegeId))
    .leftJoin(doneEdition, eq(doneEdition.id, changeRequests.doneIn)).leftJoin(persons, eq(persons.id, changeRequests.sentBy))
    .leftJoin(lessons, and(eq(lessons.editionId, changeRequests.editionId), eq(lessons.id, changeRequests.about)))

type Row = Awaited<ReturnType<typeof viewed>>[number]

const shown = ({ request, edition, college, doneIn, sender, lesson, messages }: Row): ChangeRequest => ({
  id: request.id, kind: request.kind, state: request.state, text: request.text, sentAt: request.sentAt, edition, college, doneIn, messages,
  about: request.about === null ? null : { id: request.about, titles: lesson?.titles ?? null, slug: lesson?.slug ?? null },
  sender: sender?.familyName ? fullName(sender) : null,
})

/** Change requests, newest first: those of the actor's own colleges; all of them for administrators. */
export async function changeRequestsOf(db: Db, actor: Actor, input: z.input<typeof changeRequestsInput> = {}): Promise<{ items: ChangeRequest[]; cursor: string | null }> {
  const { state, course, cursor, limit } = changeRequestsInput.parse(input)
  permit(maySeeChanges(actor))
  const [at, id] = cursor?.split('_') ?? []
  const since = at ? new Date(Number(at)) : null
  const rows = await viewed(db)
    .where(and(
      mayAnswerChanges(actor) ? undefined : inArray(changeRequests.collegeId, collegesOf(actor)),
      state ? eq(changeRequests.state, state) : undefined, course ? eq(editions.course, course) : undefined,
      since ? or(lt(sentMs, since), and(eq(sentMs, since), lt(changeRequests.id, id!))) : undefined,
    ))
    .orderBy(desc(sentMs), desc(changeRequests.id)).limit(limit + 1)
  const last = rows.length > limit ? rows[limit - 1]!.request : null
  return { items: rows.slice(0, limit).map(shown), cursor: last ? `${last.sentAt.getTime()}_${last.id}` : null }
}

/** One change request with everything that was said on it, in order. Another college's is not there. */
export async function changeRequestOf(db: Db, actor: Actor, input: { requestId: string }): Promise<ChangeStory> {
  permit(maySeeChanges(actor))
  const requestId = found(z.uuid().safeParse(input.requestId).data)
  const [any] = await viewed(db).where(eq(changeRequests.id, requestId))
  const row = found(any && maySeeChange(actor, any.request) ? any : null)
  const said = await db.select({ answer: changeAnswers, familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic })
    .from(changeAnswers).leftJoin(persons, eq(persons.id, changeAnswers.answeredBy)).where(eq(changeAnswers.requestId, requestId)).orderBy(asc(changeAnswers.answeredAt), asc(changeAnswers.id))
  const authors = mayAnswerChanges(actor)
  const later = (await editionsOf(db, row.edition.course)).filter((one) => one.number > row.edition.number).map(({ id, number }) => ({ id, number }))
  // A correction can't be done while there is no edition that could have it.
  const possible = (to: ChangeState) => to !== 'done' || row.request.state === 'done' || row.request.kind === 'question' || later.length > 0
  return {
    ...shown(row), later,
    // Colleges hear the authors with one voice.
    said: said.map(({ answer, ...person }): ChangeMessage => ({
      id: answer.id, side: answer.side, text: answer.text, state: answer.state, at: answer.answeredAt, name: person.familyName && (authors || answer.side === 'college') ? fullName({ ...person, familyName: person.familyName, givenName: person.givenName! }) : null,
    })),
    next: authors ? nextStates('authors', row.request.state).filter(possible) : [],
    replyable: row.request.collegeId !== null && collegesOf(actor).includes(row.request.collegeId),
  }
}

/** How many requests wait for the authors. */
export const changeRequestsWaiting = (db: Db, actor: Actor): Promise<number> => (mayAnswerChanges(actor) ? db.$count(changeRequests, eq(changeRequests.state, 'open')) : Promise.resolve(0))
