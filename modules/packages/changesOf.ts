import type { Db } from '#db/client.ts'
import { type Edition, editionsOf, itemsOf, lessonsOf } from '#modules/courses/index.ts'
import { type Locale, t } from '#modules/words/index.ts'
import { type Change, changesBetween, itemDigest, type Parts } from './changes.ts'

async function partsOf(db: Db, editionId: string): Promise<Parts> {
  const items = await itemsOf(db, editionId)
  return { lessons: await lessonsOf(db, editionId), items: [...items.values()].map((item) => ({ id: item.id, digest: itemDigest(item) })) }
}

/** What has changed since the edition of the course before this one; null for the first. A demonstration is compared with demonstrations. */
export async function changesOf(db: Db, edition: Edition): Promise<{ before: number; changes: Change[] } | null> {
  const before = (await editionsOf(db, edition.course)).find((one) => one.number < edition.number && one.demonstration === edition.demonstration)
  return before ? { before: before.number, changes: changesBetween(await partsOf(db, before.id), await partsOf(db, edition.id)) } : null
}

/** The same in sentences: lessons by their titles, questions by their number. */
export async function changeLines(db: Db, edition: Edition, locale: Locale): Promise<string[]> {
  const told = await changesOf(db, edition)
  if (!told) return []
  const { changes } = told
  const count = (how: Change['how']) => changes.filter((one) => one.what === 'item' && one.how === how).length
  const items = (['added', 'changed', 'removed'] as const).filter((how) => count(how) > 0).map((how) => t(locale, `package.change.items.${how}`, { count: count(how) }))
  return [...changes.filter((one) => one.what === 'lesson').map((one) => t(locale, `package.change.lesson.${one.how}`, { title: one.titles![locale] })), ...items]
}
