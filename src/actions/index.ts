import { admin } from './admin.ts'
import { attempts } from './attempts.ts'
import { certificates } from './certificates.ts'
import { cohorts } from './cohorts.ts'
import { items } from './items.ts'
import { ledger } from './ledger.ts'
import { lessons } from './lessons.ts'
import { people } from './people.ts'
import { places } from './places.ts'
import { rosters } from './rosters.ts'
import { stations } from './stations.ts'

/** Every form of the product, by noun. Each action is one line: a verb's schema and the verb. */
export const server = { admin, attempts, certificates, cohorts, items, ledger, lessons, people, places, rosters, stations }
