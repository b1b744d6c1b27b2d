import type { Db } from '#db/client.ts'
import type { Environment } from '#db/environment.ts'

/** Starts the background work of this process: due jobs and mail. Answers a function that stops it after what is under way. */
export function startWork(_db: Db, _environment: Environment): () => Promise<void> {
  return async () => {}
}
