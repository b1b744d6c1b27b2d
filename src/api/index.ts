import { attendanceCalls } from './attendance.ts'
import { assessmentCalls } from './assessments.ts'
import { badgeCalls } from './badges.ts'
import { certificateCalls } from './certificates.ts'
import { cohortCalls } from './cohorts.ts'
import type { Call } from './call.ts'
import { countCalls } from './counts.ts'
import { courseCalls } from './courses.ts'
import { followupCalls } from './followups.ts'
import { ledgerCalls } from './ledger.ts'
import { packageCalls } from './packages.ts'
import { peopleCalls } from './people.ts'
import { practiceCalls } from './practice.ts'
import { placeCalls } from './places.ts'

/** Every call of the JSON API. */
export const calls: readonly Call[] = [...peopleCalls, ...placeCalls, ...courseCalls, ...cohortCalls, ...attendanceCalls, ...assessmentCalls, ...practiceCalls, ...followupCalls, ...certificateCalls, ...badgeCalls, ...countCalls, ...ledgerCalls, ...packageCalls]
