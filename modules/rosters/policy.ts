import { type Actor, coordinates } from '#modules/actor.ts'

/** A roster is imported by a coordinator of the cohort's own centre, or by the system at the command line. */
export const mayImportRoster = (actor: Actor, cohort: { centreId: string }) => coordinates(actor, cohort.centreId)
