import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { askCentre, askInput } from './askCentre.ts'

export const askTrainersInput = askInput

/**
 * A centre asks another one for so many trainers of a course. The other centre's coordinators are told. For coordinators of
 * the asking centre, in whose name it is; a closed centre is not there. Refuses `target.course-unknown`.
 */
export const askTrainers = (db: Db, actor: Actor, input: z.infer<typeof askTrainersInput>) => askCentre(db, actor, 'trainers', input)
