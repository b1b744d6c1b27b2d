import type { Db } from '#db/client.ts'
import type { Texts } from '#db/schema/index.ts'
import { editionOf, itemsOf, lessonsOf } from '#modules/courses/index.ts'
import { changesBetween, itemDigest } from '#modules/packages/index.ts'
import { type Hours, lessonHours } from './mapping.ts'

/** What students of an older edition lack of a newer one. */
export type Bridge = {
  from: number
  to: number
  editionId: string
  /** Lessons of the newer edition that the older has not, or has otherwise, with their hours. */
  lessons: { id: string; slug: string; titles: Texts; how: 'added' | 'changed'; hours: Hours }[]
  /** Lessons that are taught no more. */
  removed: { id: string; titles: Texts }[]
  /** Questions added, changed and removed. */
  items: Record<'added' | 'changed' | 'removed', number>
  /** Academic hours of the lessons that are to be taught in addition. */
  hours: Hours
}

/** The bridge from one edition of a course to a newer one: from the packages' change list, with the hours of what is new. Asks no actor. */
export async function bridgeOf(db: Db, fromId: string, toId: string): Promise<Bridge> {
  const [older, newer] = [await editionOf(db, fromId), await editionOf(db, toId)]
  const parts = async (id: string) => ({ lessons: await lessonsOf(db, id), items: [...(await itemsOf(db, id)).values()].map((item) => ({ id: item.id, digest: itemDigest(item) })) })
  const [before, after] = [await parts(fromId), await parts(toId)]
  const changes = changesBetween(before, after)
  const shares = lessonHours({ days: newer.outline.days, lessons: after.lessons })
  const lessons = changes.flatMap(({ what, how, id, titles }) => {
    const lesson = after.lessons.find((one) => one.id === id)
    return what === 'lesson' && how !== 'removed' && lesson ? [{ id, slug: lesson.slug, titles: titles!, how, hours: shares.get(id) ?? { theory: 0, practice: 0, all: 0 } }] : []
  })
  const items = (how: 'added' | 'changed' | 'removed') => changes.filter((one) => one.what === 'item' && one.how === how).length
  return {
    from: older.number, to: newer.number, editionId: toId, lessons,
    removed: changes.flatMap((one) => (one.what === 'lesson' && one.how === 'removed' ? [{ id: one.id, titles: one.titles! }] : [])),
    items: { added: items('added'), changed: items('changed'), removed: items('removed') },
    hours: lessons.reduce((sum, { hours }) => ({ theory: sum.theory + hours.theory, practice: sum.practice + hours.practice, all: sum.all + hours.all }), { theory: 0, practice: 0, all: 0 }),
  }
}
