import type { Texts } from '#db/schema/index.ts'

/** A question of a released review, as far as feedback needs it. */
type Reviewed = { topic: string; lesson: string; right: boolean }

/** How somebody did in one topic, and where to read about it again. */
export type Topic = {
  topic: string
  titles: Texts | null
  right: number
  asked: number
  /** Lessons of questions that went wrong, in the order of the course; all lessons of the topic where nothing did. */
  lessons: { id: string; slug: string; titles: Texts }[]
}

/**
 * What a released review says by topic, the weakest first: that is where reading again pays. Titles are those of the
 * course's `topics`; one that it doesn't list goes by the titles of its lessons. Pure.
 */
export function topicsOf(items: readonly Reviewed[], lessons: readonly { id: string; slug: string; titles: Texts }[], known: readonly { id: string; titles: Texts }[] = []): Topic[] {
  return [...Map.groupBy(items, (item) => item.topic)].map(([topic, own]): Topic => {
    const wrong = own.filter((item) => !item.right)
    const named = new Set((wrong.length ? wrong : own).map((item) => item.lesson))
    return {
      topic,
      titles: known.find((one) => one.id === topic)?.titles ?? null,
      right: own.length - wrong.length,
      asked: own.length,
      lessons: lessons.filter((lesson) => named.has(lesson.id)).map(({ id, slug, titles }) => ({ id, slug, titles })),
    }
  }).sort((one, other) => one.right / one.asked - other.right / other.asked || one.topic.localeCompare(other.topic))
}
