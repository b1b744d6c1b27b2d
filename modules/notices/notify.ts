import { randomUUID } from 'node:crypto'
import type { Db } from '#db/client.ts'
import { notices } from '#db/schema/index.ts'
import { seal } from '#modules/keys/index.ts'
import { type Facts, type Key, type Locale, t } from '#modules/words/index.ts'

/** What a letter is about: `notice.<kind>.subject` and `notice.<kind>.body` are its sentences. */
export type NoticeKind = Key extends infer K ? (K extends `notice.${infer Kind}.subject` ? Kind : never) : never

export type Letter = {
  personId: string | null
  /** An e-mail address; who has none gets no letter. */
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
  if (!recipient) return false
  const id = randomUUID()
  const body = t(locale, `notice.${kind}.body` as Key, facts)
  await tx.insert(notices).values({
    id, personId, recipient, locale, kind,
    subject: t(locale, `notice.${kind}.subject` as Key, facts),
    body: seal(body, placeOfBody(id)).toString('base64'),
  })
  return true
}
