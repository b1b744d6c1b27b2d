import { sql } from 'drizzle-orm'
import { createKeys, haveKeys, MissingKeys, openKeys } from '#modules/keys/index.ts'
import { keepPublicKeys } from '#modules/ledger/index.ts'
import { seedHolidays, seedRegions } from '#modules/places/index.ts'
import { seedNeeds } from '#modules/planning/index.ts'
import { seedDemo } from '#db/seed/demo.ts'
import type { Command, Context } from './command.ts'

/** Brings database and keys to the state this program needs. Run again, it changes nothing. */
export async function prepareDatabase({ db, database, environment }: Pick<Context, 'db' | 'database' | 'environment'>) {
  await database.migrate()
  const result = (await db.execute(sql`select not exists (select 1 from public_keys) as empty`)) as unknown as { rows: { empty: boolean }[] } | { empty: boolean }[]
  const empty = ('rows' in result ? result.rows : result)[0]!.empty
  // New keys beside old data would make every earlier certificate unverifiable and every number unreadable.
  if (!empty && !haveKeys(environment.keysDir)) throw new MissingKeys(`KEYS_DIR (${environment.keysDir}) holds no keys, but the database was made with some. Restore the keys from their backup.`)
  if (!haveKeys(environment.keysDir)) createKeys(environment.keysDir)
  openKeys(environment.keysDir)
  await keepPublicKeys(db)
  await seedRegions(db)
  await seedHolidays(db)
  await seedNeeds(db)
}

export const migrate: Command = {
  name: 'migrate',
  summary: 'applies the migrations that are missing; makes the keys on an empty database',
  usage: 'migrate [--demo]',
  async run(context) {
    await prepareDatabase(context)
    if (context.args.includes('--demo') && context.environment.demo) await seedDemo(context.db, context.print)
    context.print('The database is up to date.')
    return 0
  },
}
