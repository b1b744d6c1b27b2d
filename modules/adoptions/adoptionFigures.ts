import type { Texts } from '#db/schema/index.ts'
import type { AdoptionItem } from './adoptionsOf.ts'
import type { AdoptionState } from './facts.ts'
import { ladder, type Reconfirmation, type Rung } from './rules.ts'

/** Of an adoption, what the figures are made of: its standing approval and the hours of its programme besides. */
export type Adopted = Pick<AdoptionItem, 'id' | 'collegeId' | 'course' | 'edition' | 'state' | 'since' | 'rung' | 'inForce' | 'newer' | 'reconfirmation' | 'taught'> & {
  order: { number: string; on: string } | null
  programmeHours: number | null
}

export type ListedCollege = { id: string; regionCode: string; names: Texts; higher: boolean }
export type Ground = { colleges: readonly ListedCollege[]; adoptions: readonly Adopted[]; regions: readonly string[] }

/** Groups and students of a study year, and the academic hours taught to them: those of each group, added up. */
export type Reached = { groups: number; students: number; hours: number }

/** What the country is told by: given the materials, adopted by an order, taught. Each counts those who came as far or further. */
export const milestones = { given: 'received', adopted: 'approved', taught: 'taught' } as const satisfies Record<string, Rung>

export type RegionFigures = Reached & { region: string; listed: number; given: number; adopted: number; taught: number; overdue: number }

/** A college and a course it was offered; one that was offered none has a line without a course. */
export type CollegeFigures = Reached & {
  college: ListedCollege
  adoption: { id: string; course: string; edition: number; state: AdoptionState; since: string; rung: Rung | null; order: Adopted['order']; programmeHours: number | null } | null
  older: Older | null
}

/** A college that teaches by an older edition, and what the newest one asks of it. */
export type Older = { edition: number } & Pick<Reconfirmation, 'due' | 'overdue' | 'answered'> & { newest: number }

export type AdoptionFigures = {
  studyYear: number
  /** Study years that can be asked for, the latest first. */
  years: number[]
  listed: number
  funnel: { rung: Rung; colleges: number }[]
  /** Colleges that gave up whatever they were offered. */
  withdrawn: number
  reached: Reached
  older: number
  overdue: number
  regions: RegionFigures[]
  colleges: CollegeFigures[]
}

const height = (rung: Rung | null) => (rung === null ? -1 : ladder.indexOf(rung))
const nobody: Reached = { groups: 0, students: 0, hours: 0 }
const sum = (all: readonly Reached[]) =>
  all.reduce((one, other): Reached => ({ groups: one.groups + other.groups, students: one.students + other.students, hours: one.hours + other.hours }), nobody)

const reachedIn = (adoptions: readonly Adopted[], studyYear: number): Reached =>
  sum(adoptions.flatMap(({ taught }) => taught.filter((one) => one.studyYear === studyYear)).map(({ groups, students, hours }) => ({ groups, students, hours: groups * (hours ?? 0) })))

/**
 * Every figure of the national view from one ground, so that no two of them can disagree. Pure. A college counts once, by the furthest
 * of its adoptions that it hasn't withdrawn. `studyYear` is the one asked for, else the last of which anything is told.
 */
export function adoptionFigures({ colleges, adoptions, regions }: Ground, asked: { studyYear?: number | undefined }, thisYear: number): AdoptionFigures {
  const listed = new Set(colleges.map(({ id }) => id))
  const counted = adoptions.filter(({ collegeId }) => listed.has(collegeId))
  const told = counted.flatMap(({ taught }) => taught.map((one) => one.studyYear))
  const years = [...new Set([thisYear, ...told, asked.studyYear ?? thisYear])].toSorted((one, other) => other - one)
  const studyYear = asked.studyYear ?? (told.length > 0 ? Math.max(...told) : thisYear)

  const own = Map.groupBy(counted, ({ collegeId }) => collegeId)
  const whole = colleges.map((college) => {
    const among = own.get(college.id) ?? []
    const lines = linesOf(college, among, studyYear)
    return {
      college, lines,
      came: Math.max(-1, ...among.map(({ rung }) => height(rung))),
      withdrawn: among.length > 0 && among.every(({ rung }) => rung === null),
      reached: reachedIn(among, studyYear),
      older: lines.some((one) => one.older), overdue: lines.some((one) => one.older?.overdue),
    }
  })
  const came = (rung: Rung, among = whole) => among.filter((one) => one.came >= height(rung)).length

  return {
    studyYear, years, listed: whole.length,
    funnel: ladder.map((rung) => ({ rung, colleges: came(rung) })),
    withdrawn: whole.filter((one) => one.withdrawn).length,
    reached: sum(whole.map((one) => one.reached)),
    older: whole.filter((one) => one.older).length,
    overdue: whole.filter((one) => one.overdue).length,
    regions: regions.map((region) => {
      const here = whole.filter(({ college }) => college.regionCode === region)
      return {
        ...sum(here.map((one) => one.reached)), region, listed: here.length, given: came(milestones.given, here), adopted: came(milestones.adopted, here), taught: came(milestones.taught, here),
        overdue: here.filter((one) => one.overdue).length,
      }
    }),
    colleges: whole.flatMap(({ lines }) => lines),
  }
}

function linesOf(college: ListedCollege, own: readonly Adopted[], studyYear: number): CollegeFigures[] {
  if (own.length === 0) return [{ college, adoption: null, older: null, ...nobody }]
  return [...Map.groupBy(own, ({ course }) => course)].map(([course, among]) => {
    const { id, edition, state, since, rung, order, programmeHours } = among.toSorted((one, other) => height(other.rung) - height(one.rung) || other.edition - one.edition)[0]!
    return { college, adoption: { id, course, edition, state, since, rung, order, programmeHours }, older: olderOf(among), ...reachedIn(among, studyYear) }
  })
}

/** The edition by which a college teaches a course, when it isn't the newest: whoever has a newer one in force has left the others behind. */
function olderOf(among: readonly Adopted[]): Older | null {
  const current = among.filter(({ inForce }) => inForce).toSorted((one, other) => other.edition - one.edition)[0]
  if (!current?.newer || !current.reconfirmation) return null
  const { due, overdue, answered } = current.reconfirmation
  return { edition: current.edition, newest: current.newer.number, due, overdue, answered }
}
