import { parseArgs } from 'node:util'
import { NotEmpty, seedScale } from '#db/seed/scale/index.ts'
import { system } from '#modules/actor.ts'
import { type Command, WrongUsage } from './command.ts'
import { prepareDatabase } from './migrate.ts'

const most = 1_000_000

/** A large synthetic register, to see how the product bears it. Exit code 1 when the database is not empty. */
export const seedScaleCommand: Command = {
  name: 'seed scale',
  summary: 'fills an empty database with a synthetic register, and marks it so for ever',
  usage: 'seed scale --certificates N [--json]',
  async run(context) {
    const { values } = parseArgs({ args: context.args, options: { certificates: { type: 'string' }, json: { type: 'boolean', default: false } } })
    const certificates = Number(values.certificates)
    if (!/^[0-9]+$/.test(values.certificates ?? '') || certificates < 1 || certificates > most) throw new WrongUsage(`--certificates is a number from 1 to ${most}`)
    await prepareDatabase(context)
    const started = performance.now()
    const seconds = () => (performance.now() - started) / 1000
    try {
      const made = await seedScale(context.db, system('scale'), { certificates }, follow(certificates, seconds))
      const took = Math.round(seconds() * 10) / 10
      if (values.json) context.print(JSON.stringify({ ...made, seconds: took }))
      else {
        context.print(`Made ${made.certificates} certificates for ${made.people} people in ${made.classes} classes, ${made.revoked} of them revoked since and ${made.replaced} replaced, with ${made.entries} ledger entries, in ${took} s.`)
        context.print('This database is marked synthetic for ever. Nobody can sign in yet: besik person create --role auditor --email …')
      }
      return 0
    } catch (error) {
      if (!(error instanceof NotEmpty)) throw error
      context.print('This database is not empty. A synthetic register goes into a new one, so that nobody takes it for the real one.')
      return 1
    }
  },
}

/** How far it is, on the error stream: one line that is written over on a terminal, every tenth otherwise. */
function follow(certificates: number, seconds: () => number) {
  let told = -1
  return (done: number) => {
    const share = Math.floor((done / certificates) * (process.stderr.isTTY ? 100 : 10))
    if (share === told) return
    told = share
    const line = `${done} of ${certificates} certificates, ${Math.round(done / Math.max(seconds(), 0.001))} a second`
    process.stderr.write(process.stderr.isTTY ? `\r${line}${done === certificates ? '\n' : ''}` : `${line}\n`)
  }
}
