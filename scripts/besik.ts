import { EnvironmentError, environment } from '#db/environment.ts'
import { type Database, openDatabase } from '#db/client.ts'
import { FolderInUse } from '#db/lock.ts'
import { isUnavailable } from '#db/transact.ts'
import { faultOf } from '#db/fault.ts'
import { sealingIdentity } from '#modules/certificates/index.ts'
import { MissingKeys } from '#modules/keys/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { t } from '#modules/words/index.ts'
import { WrongUsage } from './command.ts'
import { commands } from './commands.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)
const complain = (line: string) => void process.stderr.write(`${line}\n`)

/** What a command that stands alone is given in place of the database: touching it is our own mistake. */
const noDatabase = { get db(): Database['db'] { throw new Error('this command opens no database') }, close: async () => {} } as unknown as Database

function help() {
  print('besik <command> [--help]\n')
  for (const one of commands) print(`  ${one.name.padEnd(20)} ${one.summary}`)
}

async function main(words: string[]): Promise<number> {
  if (words.length === 0 || words[0] === '--help' || words[0] === 'help') return (help(), words.length === 0 ? 2 : 0)
  const command = commands.find(({ name }) => name === words.slice(0, 2).join(' ')) ?? commands.find(({ name }) => name === words[0])
  if (!command) return (complain(`besik: there is no command “${words.join(' ')}”. See besik --help.`), 2)
  const args = words.slice(command.name.split(' ').length)
  if (args.includes('--help')) return (print(`${command.summary}\n\nusage: besik ${command.usage}`), 0)

  const env = environment()
  await sealingIdentity(env)
  const alone = typeof command.alone === 'function' ? command.alone(args) : command.alone
  const database = alone ? noDatabase : await openDatabase(env)
  try {
    return await command.run({ get db() { return database.db }, database, environment: env, args, print })
  } catch (error) {
    if (error instanceof WrongUsage || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')) return (complain(`besik: ${(error as Error).message}\nusage: besik ${command.usage}`), 2)
    if (error instanceof Refusal) return (complain(`besik: ${t('en', `refusal.${error.code}`, error.facts)} (${error.code})`), 1)
    throw error
  } finally {
    await database.close()
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof EnvironmentError || error instanceof FolderInUse || error instanceof MissingKeys) complain(`besik: ${error.message}`)
  else if (isUnavailable(error)) complain('besik: the database does not answer. Check DATABASE_URL and that PostgreSQL runs.')
  else complain(faultOf(error))
  process.exitCode = 2
}
