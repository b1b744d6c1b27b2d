import { randomUUID } from 'node:crypto'
import type { Db } from '#db/client.ts'
import { notices } from '#db/schema/index.ts'
import { seal } from '#modules/keys/index.ts'
import { type Facts, hasSentence, type Key, type Locale, t } from '#modules/words/index.ts'
import { isReadable } from './rules.ts'

/** What a letter is about: `notice.<kind>.subject` and `notice.<kind>.body` are its sentences. */
export type NoticeKind = Key extends infer K ? (K extends `notice.${infer Kind}.subject` ? Kind : never) : never

/** Whether letters of this kind are written: each has its sentences, and a name for the log (a test holds that). */
export const isNoticeKind = (kind: string): kind is NoticeKind => hasSentence(`notice.${kind}.name`)

export type Letter = {
  personId: string | null
  /** An e-mail address; who has none reads the letter here, if it is one that may be read here. */
  recipient: string | null
  locale: Locale
  kind: NoticeKind
  facts?: Facts
}

/** Where a body is sealed for: it may hold a link that opens an account, so nobody reads it in the table. */
export const placeOfBody = (id: string) => `notices|body|${id}`

/**
 * Writes a letter in the reader's language, in the transaction of what it tells: no letter without the fact, no fact
 * without the letter. It is sent after the commit. Answers false for somebody without an address.
 */
export async function notify(tx: Db, { personId, recipient, locale, kind, facts }: Letter): Promise<boolean> {
  if (!recipient && (!personId || !isReadable(kind))) return false
  const id = randomUUID()
  const body = t(locale, `notice.${kind}.body` as Key, facts)
  await tx.insert(notices).values({
    id, personId, recipient: recipient || null, locale, kind,
    subject: t(locale, `notice.${kind}.subject` as Key, facts),
    body: seal(body, placeOfBody(id)).toString('base64'),
  })
  return Boolean(recipient)
}
