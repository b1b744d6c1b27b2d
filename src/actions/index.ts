import { admin } from './admin.ts'
import { attempts } from './attempts.ts'
import { attendance } from './attendance.ts'
import { certificates } from './certificates.ts'
import { cohorts } from './cohorts.ts'
import { followups } from './followups.ts'
import { items } from './items.ts'
import { kinds } from './kinds.ts'
import { ledger } from './ledger.ts'
import { lessons } from './lessons.ts'
import { meetings } from './meetings.ts'
import { opinions } from './opinions.ts'
import { people } from './people.ts'
import { places } from './places.ts'
import { plans, requests } from './planning.ts'
import { rosters } from './rosters.ts'
import { schedule } from './schedule.ts'
import { seats } from './seats.ts'
import { stations } from './stations.ts'
import { suggestions } from './suggestions.ts'
import { supervisions } from './supervisions.ts'
import { trainers } from './trainers.ts'

/** Every form of the product, by noun. Each action is one line: a verb's schema and the verb. */
export const server = {
  admin, attempts, attendance, certificates, cohorts, followups, items, kinds, ledger, lessons, meetings, opinions, people, places, plans, requests, rosters, schedule, seats, stations, suggestions, supervisions, trainers,
}
