import { forget, keep, keptUnder, readKept } from './device.ts'
import { put } from './put.ts'

// Observation sheets on this device, each under the person who fills it in, the cohort, the station, the person observed and
// the role. A sheet stays here until the server has acknowledged it.

export type Place = { owner: string; cohort: string; station: string; person: string; role: string }
export type Kept = { sheetId: string; seen: string; steps: Record<string, boolean>; remark: string; ready: boolean }
export type Outcome = 'saved' | 'offline' | 'signed-out' | 'newer' | 'over' | 'refused'

const partsOf = ({ owner, cohort, station, person, role }: Place) => ['sheet', owner, cohort, station, person, role]

export const readSheet = (place: Place) => readKept<Kept>(...partsOf(place))
export const keepSheet = (place: Place, sheet: Kept) => keep(sheet, ...partsOf(place))
export const forgetSheet = (place: Place) => forget(...partsOf(place))

/** The sheets that this person has filled in here and the server has not acknowledged. */
export const waitingSheets = (owner: string): { place: Place; sheet: Kept }[] =>
  keptUnder('sheet', owner).flatMap((rest) => {
    const [cohort, station, person, role] = rest as [string, string, string, string]
    const place = { owner, cohort, station, person, role }
    const sheet = readSheet(place)
    return sheet?.ready ? [{ place, sheet }] : []
  })

/** Sends a sheet and tells what became of it. */
export async function sendSheet(place: Place, sheet: Kept): Promise<Outcome> {
  const path = `/cohorts/${place.cohort}/stations/${encodeURIComponent(place.station)}/observations/${place.person}`
  const reply = await put(path, JSON.stringify({ steps: sheet.steps, remark: sheet.remark || null, role: place.role, sheetId: sheet.sheetId, seen: sheet.seen }))
  if (typeof reply === 'string') return reply
  if (reply.status !== 409) return 'refused'
  return reply.code === 'observation.newer' ? 'newer' : reply.code === 'observation.not-running' ? 'over' : 'refused'
}
