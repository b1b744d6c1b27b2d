import type { Obstacle } from './deciding.ts'
import type { Candidate, Preview } from './previewIssue.ts'

export type ClosingStep = {
  what: 'attendance' | 'tests' | 'stations' | 'logbook'
  /** `asked` is false when the edition asks for nothing of the kind. */
  asked: boolean
  /** People who meet it, of all in seats. */
  met: number
  of: number
}

const about: Record<ClosingStep['what'], readonly Obstacle['rule'][]> = {
  attendance: ['attendance-too-low'], tests: ['post-test-not-passed'], stations: ['station-not-passed'], logbook: ['practice-too-little', 'young-infants-too-few'],
}

/**
 * How far a cohort is with what its certificates ask for, from the preview that issues them: how many people meet each part. Pure,
 * so that the checklist and the issue can't disagree. Who has a certificate has met everything, unless it was taken back.
 */
export function closingSteps({ people, rules }: Pick<Preview, 'people' | 'rules'>): ClosingStep[] {
  const asked: Record<ClosingStep['what'], boolean> = {
    attendance: rules.attendancePercent > 0, tests: rules.postTest, stations: rules.stations.length > 0, logbook: rules.practiceCases > 0 || rules.practiceYoungInfants > 0,
  }
  const met = (one: Candidate, what: ClosingStep['what']) => (one.certificate !== null && !one.certificate.takenBack) || !one.unmet.some((unmet) => about[what].includes(unmet.rule))
  return (Object.keys(about) as ClosingStep['what'][]).map((what) => ({ what, asked: asked[what], met: people.filter((one) => met(one, what)).length, of: people.length }))
}
