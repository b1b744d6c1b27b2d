import { openDatabase, shareDatabase, sharedDatabase } from '#db/client.ts'
import { environment } from '#db/environment.ts'

// Kept outside this module, which the development server loads anew after each edit: a database is opened once per process.
const opened = Symbol.for('besik.development')
const shared = globalThis as { [opened]?: Promise<void> }

/** Opens the database of a development server, which has nobody else to do it, and answers it with the environment. */
export async function openInDevelopment() {
  await (shared[opened] ??= openDatabase(environment()).then(shareDatabase))
  const { db, reports } = sharedDatabase()
  return { db, reports, environment: environment() }
}
