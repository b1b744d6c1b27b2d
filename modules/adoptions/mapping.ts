import type { Texts } from '#db/schema/index.ts'

/** What an edition teaches, as far as a college's programme is held against it. */
export type Taught = {
  days: readonly { day: number; titles: Texts; hours: number; practiceHours: number; objectives: readonly Texts[] }[]
  lessons: readonly { id: string; slug: string; day: number; minutes: number; kind: string; titles: Texts }[]
  competencies: readonly { id: string; titles: Texts }[]
}
export type ProgrammeLine = { title: string; theoryHours: number; practiceHours: number; lessons: readonly string[]; competencies: readonly string[] }

/** Academic hours by kind. */
export type Hours = { theory: number; practice: number; all: number }

const hoursOf = (theory: number, practice: number): Hours => ({ theory, practice, all: theory + practice })
const sumOf = (parts: Iterable<Hours>): Hours => {
  let [theory, practice] = [0, 0]
  for (const part of parts) [theory, practice] = [theory + part.theory, practice + part.practice]
  return hoursOf(theory, practice)
}
const minus = (one: Hours, other: Hours) => hoursOf(one.theory - other.theory, one.practice - other.practice)
const divided = (one: Hours, by: number) => hoursOf(one.theory / by, one.practice / by)

const practical = new Set(['practice', 'clinical'])

/**
 * The hours of each day shared out among its lessons: those of practice among its practical and clinical sessions, the others among the
 * rest, by their minutes. A kind without a lesson of its own falls to all of the day. So the lessons of an edition add up to its
 * hours, with tests and opening in them. Pure.
 */
export function lessonHours({ days, lessons }: Pick<Taught, 'days' | 'lessons'>): Map<string, Hours> {
  const shares = new Map<string, Hours>()
  for (const { day, hours, practiceHours } of days) {
    const all = lessons.filter((one) => one.day === day)
    const share = (total: number, some: typeof all) => {
      const among = some.length > 0 ? some : all
      const minutes = among.reduce((sum, one) => sum + one.minutes, 0)
      return new Map(among.map((one) => [one.id, (total * one.minutes) / minutes]))
    }
    const theory = share(hours - practiceHours, all.filter((one) => !practical.has(one.kind)))
    const practice = share(practiceHours, all.filter((one) => practical.has(one.kind)))
    for (const { id } of all) shares.set(id, hoursOf(theory.get(id) ?? 0, practice.get(id) ?? 0))
  }
  return shares
}

export type MappedLine = ProgrammeLine & {
  /** Hours that the college gives it. */
  given: Hours
  /** Hours of ours that fall to it: a lesson that several lines name is shared among them. */
  ours: Hours
  /** How many hours ours are more than the college gives; 0 when it gives enough. */
  short: number
}
export type MappedDay = { day: number; titles: Texts; hours: Hours; covered: Hours; lessons: number; coveredLessons: number; lines: number[]; objectives: readonly Texts[] }
export type Mapping = {
  lines: MappedLine[]
  days: MappedDay[]
  /** Lessons that no line names. */
  gaps: { id: string; slug: string; day: number; titles: Texts; hours: Hours }[]
  /** Competencies that no line names. */
  missing: { id: string; titles: Texts }[]
  /** Lessons that several lines name, with the places of these from 1. */
  overlaps: { id: string; slug: string; titles: Texts; lines: number[] }[]
  /** Lines that name nothing of ours, by their places from 1. */
  own: number[]
  ours: Hours
  given: Hours
  covered: Hours
  lessons: { all: number; covered: number }
}

/** A college's programme held against what an edition teaches: what is covered, what isn't, what is there twice, and the hours of both. Pure. */
export function mappingOf(taught: Taught, lines: readonly ProgrammeLine[]): Mapping {
  const hours = lessonHours(taught)
  const known = new Map(taught.lessons.map((one) => [one.id, one]))
  /** Lesson → places of the lines that name it, from 1. */
  const named = new Map<string, number[]>()
  for (const [at, line] of lines.entries()) for (const id of new Set(line.lessons)) if (known.has(id)) named.set(id, [...(named.get(id) ?? []), at + 1])

  const mapped = lines.map((line): MappedLine => {
    const given = hoursOf(line.theoryHours, line.practiceHours)
    const ours = sumOf([...new Set(line.lessons)].filter((id) => named.has(id)).map((id) => divided(hours.get(id) ?? hoursOf(0, 0), named.get(id)!.length)))
    return { ...line, given, ours, short: Math.max(0, ours.all - given.all) }
  })
  const days = taught.days.map(({ day, titles, objectives, ...own }): MappedDay => {
    const here = taught.lessons.filter((one) => one.day === day)
    const covered = here.filter((one) => named.has(one.id))
    return {
      day, titles, objectives, hours: hoursOf(own.hours - own.practiceHours, own.practiceHours), covered: sumOf(covered.map((one) => hours.get(one.id)!)),
      lessons: here.length, coveredLessons: covered.length, lines: [...new Set(covered.flatMap((one) => named.get(one.id)!))].toSorted((one, other) => one - other),
    }
  })
  const gaps = taught.lessons.filter((one) => !named.has(one.id)).map(({ id, slug, day, titles }) => ({ id, slug, day, titles, hours: hours.get(id) ?? hoursOf(0, 0) }))
  const trained = new Set(lines.flatMap((line) => line.competencies))
  const ours = sumOf(days.map((one) => one.hours))
  return {
    lines: mapped, days, gaps, ours,
    missing: taught.competencies.filter((one) => !trained.has(one.id)),
    overlaps: taught.lessons.filter((one) => (named.get(one.id)?.length ?? 0) > 1).map(({ id, slug, titles }) => ({ id, slug, titles, lines: named.get(id)! })),
    own: mapped.flatMap((line, at) => (line.lessons.some((id) => known.has(id)) ? [] : [at + 1])),
    given: sumOf(mapped.map((line) => line.given)),
    covered: minus(ours, sumOf(gaps.map((one) => one.hours))),
    lessons: { all: taught.lessons.length, covered: named.size },
  }
}

/** The beginnings of a title's words, by which titles in Russian and Kazakh are alike whatever their endings. */
function stems(text: string): Set<string> {
  const words = text.toLowerCase().normalize('NFC').match(/\p{L}{4,}/gu) ?? []
  return new Set(words.map((word) => word.slice(0, 5)))
}

/** Lessons whose title, in any language, has words of a line's title: a proposal for whoever maps it, the likeliest first. Pure. */
export function likelyLessons(title: string, lessons: Taught['lessons']): string[] {
  const wanted = stems(title)
  if (wanted.size === 0) return []
  const scored = lessons.map(({ id, titles }) => ({ id, score: Math.max(...Object.values(titles).map((text) => [...stems(text)].filter((stem) => wanted.has(stem)).length)) }))
  return scored.filter((one) => one.score > 0).toSorted((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1)).slice(0, 8).map((one) => one.id)
}
