// Forms of follow-up visits on this device, each under the person who fills it in, the cohort and the person visited. A form stays
// here until the server has acknowledged it; ids only, no names.

export type Place = { owner: string; cohort: string; person: string }
/** `fields` are the form as it stands, `body` what is sent once it is `ready`. */
export type Kept = { clientId: string; fields: [string, string][]; body: string; ready: boolean }
export type Outcome = 'saved' | 'offline' | 'signed-out' | 'taken' | 'refused'

const start = 'besik:visit'
const nameOf = ({ owner, cohort, person }: Place) => [start, owner, cohort, person].join(':')

export function readVisit(place: Place): Kept | undefined {
  try {
    return (JSON.parse(localStorage.getItem(nameOf(place)) ?? 'null') as Kept | null) ?? undefined
  } catch {
    return undefined
  }
}

/** Answers false when the device keeps nothing (a private window, a full disk). */
export function keepVisit(place: Place, visit: Kept): boolean {
  try {
    localStorage.setItem(nameOf(place), JSON.stringify(visit))
    return true
  } catch {
    return false
  }
}

export function forgetVisit(place: Place) {
  try {
    localStorage.removeItem(nameOf(place))
  } catch {
    // Nothing was kept.
  }
}

/** The forms that this person finished here and the server has not acknowledged. */
export function waitingVisits(owner: string): { place: Place; visit: Kept }[] {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(`${start}:${owner}:`))
      .flatMap((name) => {
        const [cohort, person] = name.split(':').slice(3) as [string, string]
        const place = { owner, cohort, person }
        const visit = readVisit(place)
        return visit?.ready ? [{ place, visit }] : []
      })
  } catch {
    return []
  }
}

/** Sends a form and tells what became of it. Only 204 is the server's own yes: the page of a network that wants a password is not. */
export async function sendVisit(place: Place, visit: Kept): Promise<Outcome> {
  let response: Response
  try {
    response = await fetch(`/api/v1/cohorts/${place.cohort}/follow-ups/${place.person}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: visit.body,
      signal: AbortSignal.timeout(15_000),
    })
  } catch {
    return 'offline'
  }
  if (response.status === 204) return 'saved'
  if (response.ok || response.status >= 500 || response.status === 429) return 'offline'
  if (response.status === 401) return 'signed-out'
  const problem = (await response.json().catch(() => ({}))) as { code?: string }
  return problem.code === 'followup.recorded' || problem.code === 'followup.cancelled' ? 'taken' : 'refused'
}
