import { type Actor, coordinates, isAdministrator } from '#modules/actor.ts'

export const mayManagePlaces = (actor: Actor) => isAdministrator(actor)
export const mayManageRooms = (actor: Actor, centreId: string) => isAdministrator(actor) || coordinates(actor, centreId)
