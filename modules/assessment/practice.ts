import type { ageGroups, practiceSettings, visitKinds } from '#db/schema/index.ts'

/** Which visit of the pattern a home visit is. */
export type VisitKind = (typeof visitKinds)[number]

/** Age groups and settings that a person may choose. `not-recorded` is an antenatal visit, before there is a child, and what day counts of earlier versions became. */
export const chosenAgeGroups = ['young-infant', 'child', 'not-recorded'] as const satisfies (typeof ageGroups)[number][]
export const chosenSettings = ['outpatient', 'inpatient', 'home', 'simulation'] as const satisfies (typeof practiceSettings)[number][]

/** Most cases that one person may write down for one day: a bound on slips and floods, far above any clinic's. */
export const casesADay = 100

/** What the logbook of one person in one cohort comes to. Only what a trainer has confirmed counts. */
export type Practice = {
  /** Children and families seen: outpatient, inpatient, at home (before birth too), or where it was not recorded. */
  cases: number
  /** Young infants, seen or simulated: a practice site may have none on the day. */
  youngInfants: number
  simulated: number
  /** Written down and not confirmed yet. */
  waiting: number
}

export const noPractice: Practice = { cases: 0, youngInfants: 0, simulated: 0, waiting: 0 }

type Counted = { ageGroup: (typeof ageGroups)[number]; setting: (typeof practiceSettings)[number]; confirmedAt: Date | null }

export function countPractice(rows: readonly Counted[]): Practice {
  const confirmed = rows.filter((row) => row.confirmedAt)
  const simulated = confirmed.filter((row) => row.setting === 'simulation').length
  return {
    cases: confirmed.length - simulated,
    youngInfants: confirmed.filter((row) => row.ageGroup === 'young-infant').length,
    simulated,
    waiting: rows.length - confirmed.length,
  }
}

/** True for a day of which a case may be written down: today, or a day between the course's first and today. Days are the centre's. */
export const isPracticeDay = (date: string, startsOn: string, today: string) => date === today || (date < today && date >= startsOn)
