import { forget, keep, keptUnder, readKept } from './device.ts'
import { put } from './put.ts'

// Forms of follow-up visits on this device, each under the person who fills it in, the cohort and the person visited. A form stays
// here until the server has acknowledged it.

export type Place = { owner: string; cohort: string; person: string }
/** `fields` are the form as it stands, `body` what is sent once it is `ready`. */
export type Kept = { clientId: string; fields: [string, string][]; body: string; ready: boolean }
export type Outcome = 'saved' | 'offline' | 'signed-out' | 'taken' | 'refused'

const partsOf = ({ owner, cohort, person }: Place) => ['visit', owner, cohort, person]

export const readVisit = (place: Place) => readKept<Kept>(...partsOf(place))
export const keepVisit = (place: Place, visit: Kept) => keep(visit, ...partsOf(place))
export const forgetVisit = (place: Place) => forget(...partsOf(place))

/** The forms that this person finished here and the server has not acknowledged. */
export const waitingVisits = (owner: string): { place: Place; visit: Kept }[] =>
  keptUnder('visit', owner).flatMap((rest) => {
    const [cohort, person] = rest as [string, string]
    const place = { owner, cohort, person }
    const visit = readVisit(place)
    return visit?.ready ? [{ place, visit }] : []
  })

/** Sends a form and tells what became of it. */
export async function sendVisit(place: Place, visit: Kept): Promise<Outcome> {
  const reply = await put(`/cohorts/${place.cohort}/follow-ups/${place.person}`, visit.body)
  if (typeof reply === 'string') return reply
  return reply.code === 'followup.recorded' || reply.code === 'followup.cancelled' ? 'taken' : 'refused'
}
