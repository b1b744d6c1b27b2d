import { type Actor, worksAt } from '#modules/actor.ts'

/** Marks, sheets and the screen with the code are for the trainers and coordinators of the cohort's centre. */
export const mayMark = (actor: Actor, cohort: { centreId: string }) => worksAt(actor, cohort.centreId)
