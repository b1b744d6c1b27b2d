import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, rooms } from '#db/schema/index.ts'
import { errorCode, transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { mayManageRooms } from './policy.ts'

export const addRoomInput = z.object({ centreId: z.uuid(), name: line(100), capacity: z.coerce.number().int().min(1).max(500) })

/**
 * Adds a classroom with its seats. Refuses whoever is neither administrator nor the centre's coordinator
 * (`permission.denied`), and a name that the centre uses already (`room.name-taken`).
 */
export function addRoom(db: Db, actor: Actor, input: z.infer<typeof addRoomInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const [centre] = await tx.select().from(centres).where(eq(centres.id, input.centreId))

    permit(mayManageRooms(actor, input.centreId))
    found(centre)

    const [row] = await tx.transaction((inner) => inner.insert(rooms).values(input).returning({ id: rooms.id })).catch(nameTaken)
    return row!
  })
}

/** Two rooms of one name in a centre: the unique constraint says it, whoever comes second. */
export function nameTaken(error: unknown): never {
  throw errorCode(error) === '23505' ? new Refusal('room.name-taken') : error
}
