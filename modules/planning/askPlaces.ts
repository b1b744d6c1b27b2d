import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { askCentre, askInput } from './askCentre.ts'

export const askPlacesInput = askInput

/**
 * A centre asks another one for places in a course for so many of its people. The other centre's coordinators are told. For
 * coordinators of the asking centre, in whose name it is; a closed centre is not there. Refuses `target.course-unknown`.
 */
export const askPlaces = (db: Db, actor: Actor, input: z.infer<typeof askPlacesInput>) => askCentre(db, actor, 'places', input)
