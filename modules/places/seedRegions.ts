import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { sql } from 'drizzle-orm'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { regions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { texts } from '#modules/text.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** Shape of content/places/regions.yaml. */
export const regionsShape = z.array(z.object({
  code: z.string().regex(/^KZ-\d{2}$/),
  kato: z.string().regex(/^\d{9}$/),
  names: texts(100),
  capitals: texts(100).optional(),
  valid_from: day,
  predecessor: z.string().regex(/^KZ-\d{2}$/).optional(),
}))

/** The regions as content tells them. */
export const readRegions = () => regionsShape.parse(parse(readFileSync(resolve('content/places/regions.yaml'), 'utf8')))

/** Makes the database's regions those of content: adds what is missing and corrects names, and deletes nothing. Safe to run again. */
export async function seedRegions(db: Db): Promise<void> {
  const rows = readRegions().map((one) => ({
    code: one.code, kato: one.kato, names: one.names, capitals: one.capitals ?? null, validFrom: one.valid_from, predecessorCode: one.predecessor ?? null,
  }))

  await transact(db, async (tx) => {
    await tx.insert(regions).values(rows).onConflictDoUpdate({
      target: regions.code,
      set: {
        kato: sql`excluded.kato`, names: sql`excluded.names`, capitals: sql`excluded.capitals`,
        validFrom: sql`excluded.valid_from`, predecessorCode: sql`excluded.predecessor_code`,
      },
    })
  })
}
