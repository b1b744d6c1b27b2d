import type { Db } from '#db/client.ts'
import { certificates } from '#db/schema/index.ts'
import { verifyCode } from '#modules/certificates/index.ts'

/** How many certificates of a register there are of each state, as their public pages tell it. */
export async function verifyMany(db: Db): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { code } of await db.select({ code: certificates.code }).from(certificates)) {
    const { status } = (await verifyCode(db, code))!
    counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}
