import type { Db } from '#db/client.ts'
import { setting } from '#modules/jobs/index.ts'

let marked = false
let asked = -Infinity

/**
 * Whether this database holds a synthetic register. The mark is never taken back, so it is asked for once when it is there, and
 * otherwise at most once a minute. A database that doesn't answer says nothing here: the page's own questions will tell.
 */
export async function isSynthetic(db: Db): Promise<boolean> {
  if (marked || performance.now() - asked < 60_000) return marked
  asked = performance.now()
  marked = await setting(db, 'synthetic').then((value) => value === true, () => false)
  return marked
}
