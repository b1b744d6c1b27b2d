import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { settings } from '#db/schema/index.ts'

/** The value of a setting, or undefined. */
export async function setting(db: Db, name: string): Promise<unknown> {
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.name, name))
  return row?.value
}

/** Gives a setting its value, whatever it was. */
export async function setSetting(tx: Db, name: string, value: unknown): Promise<void> {
  const row = { value, changedAt: new Date() }
  await tx.insert(settings).values({ name, ...row }).onConflictDoUpdate({ target: settings.name, set: row })
}
