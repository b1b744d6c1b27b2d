import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rooms } from '#db/schema/index.ts'
import { errorCode, transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { addRoomInput, nameTaken } from './addRoom.ts'
import { mayManageRooms } from './policy.ts'

export const changeRoomInput = addRoomInput.pick({ name: true, capacity: true }).partial().extend({ roomId: z.uuid(), closed: z.boolean().optional() })

/**
 * Renames a room, changes how many it seats, closes or reopens it. A room may not become smaller than a cohort taught in
 * it (`room.too-small`: the cohorts' own constraint says so). Refuses whoever is neither administrator nor the centre's coordinator.
 */
export function changeRoom(db: Db, actor: Actor, { roomId, closed, ...values }: z.infer<typeof changeRoomInput>): Promise<void> {
  return transact(db, async (tx) => {
    const [row] = await tx.select().from(rooms).where(eq(rooms.id, roomId)).for('update')
    const room = found(row)

    permit(mayManageRooms(actor, room.centreId))

    const closedAt = closed === undefined ? room.closedAt : closed ? (room.closedAt ?? new Date()) : null

    await tx.transaction((inner) => inner.update(rooms).set({ ...values, closedAt }).where(eq(rooms.id, roomId))).catch((error: unknown) => {
      if (errorCode(error) === '23514') throw new Refusal('room.too-small')
      nameTaken(error)
    })
  })
}
