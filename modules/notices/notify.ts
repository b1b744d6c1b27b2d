import type { Db } from '#db/client.ts'
import { notices } from '#db/schema/index.ts'
import { type Facts, type Key, type Locale, t } from '#modules/words/index.ts'

/** What a letter is about: `notice.<kind>.subject` and `notice.<kind>.body` are its sentences. */
export type NoticeKind = Key extends infer K ? (K extends `notice.${infer Kind}.subject` ? Kind : never) : never

/**
 * Writes a letter in the reader's language, in the transaction of what it tells: no letter without the fact, no fact
 * without the letter. It is sent after the commit.
 */
export async function notify(tx: Db, letter: { personId: string | null; recipient: string; locale: Locale; kind: NoticeKind; facts?: Facts }): Promise<void> {
  const { personId, recipient, locale, kind, facts } = letter
  await tx.insert(notices).values({
    personId, recipient, locale, kind,
    subject: t(locale, `notice.${kind}.subject` as Key, facts),
    body: t(locale, `notice.${kind}.body` as Key, facts),
  })
}
