import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { needs, professions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'

/** Shape of content/planning/needs.yaml. */
export const needsShape = z.array(z.strictObject({
  profession: z.enum(professions), year: z.int().min(2000).max(2100), needed: z.int().min(1), in_post: z.int().min(0).optional(), source: z.string().trim().min(3).max(300),
}))

/** The needs with which a database begins. */
export const readNeeds = () => needsShape.parse(parse(readFileSync(resolve('content/planning/needs.yaml'), 'utf8')))

/** Gives an empty table of needs those that are published. What an administrator has written is left alone. Safe to run again. */
export async function seedNeeds(db: Db): Promise<void> {
  await transact(db, async (tx) => {
    if ((await tx.$count(needs)) > 0) return
    await tx.insert(needs).values(readNeeds().map(({ in_post: inPost, ...one }) => ({ ...one, inPost: inPost ?? null }))).onConflictDoNothing()
  })
}
