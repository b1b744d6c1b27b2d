// Observation sheets on this device, each under the person who fills it in, the cohort, the station, the person observed and
// the role. A sheet stays here until the server has acknowledged it; ids only, no names.

export type Place = { owner: string; cohort: string; station: string; person: string; role: string }
export type Kept = { sheetId: string; seen: string; steps: Record<string, boolean>; remark: string; ready: boolean }
export type Outcome = 'saved' | 'offline' | 'signed-out' | 'newer' | 'over' | 'refused'

const start = 'besik:sheet'
const nameOf = ({ owner, cohort, station, person, role }: Place) => [start, owner, cohort, station, person, role].join(':')

export function readSheet(place: Place): Kept | undefined {
  try {
    return (JSON.parse(localStorage.getItem(nameOf(place)) ?? 'null') as Kept | null) ?? undefined
  } catch {
    return undefined
  }
}

/** Answers false when the device keeps nothing (a private window, a full disk). */
export function keepSheet(place: Place, sheet: Kept): boolean {
  try {
    localStorage.setItem(nameOf(place), JSON.stringify(sheet))
    return true
  } catch {
    return false
  }
}

export function forgetSheet(place: Place) {
  try {
    localStorage.removeItem(nameOf(place))
  } catch {
    // Nothing was kept.
  }
}

/** The sheets that this person has filled in here and the server has not acknowledged. */
export function waitingSheets(owner: string): { place: Place; sheet: Kept }[] {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(`${start}:${owner}:`)).flatMap((name) => {
      const [cohort, station, person, role] = name.split(':').slice(3) as [string, string, string, string]
      const place = { owner, cohort, station, person, role }
      const sheet = readSheet(place)
      return sheet?.ready ? [{ place, sheet }] : []
    })
  } catch {
    return []
  }
}

/** Sends a sheet and tells what became of it. Only 204 is the server's own yes: the page of a network that wants a password is not. */
export async function sendSheet(place: Place, sheet: Kept): Promise<Outcome> {
  let response: Response
  try {
    response = await fetch(`/api/v1/cohorts/${place.cohort}/stations/${encodeURIComponent(place.station)}/observations/${place.person}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ steps: sheet.steps, remark: sheet.remark || null, role: place.role, sheetId: sheet.sheetId, seen: sheet.seen }),
      signal: AbortSignal.timeout(15_000),
    })
  } catch {
    return 'offline'
  }
  if (response.status === 204) return 'saved'
  if (response.ok || response.status >= 500 || response.status === 429) return 'offline'
  if (response.status === 401) return 'signed-out'
  if (response.status !== 409) return 'refused'
  const problem = (await response.json().catch(() => ({}))) as { code?: string }
  return problem.code === 'observation.newer' ? 'newer' : problem.code === 'observation.not-running' ? 'over' : 'refused'
}
