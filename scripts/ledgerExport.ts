import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { exportLedger } from '#modules/ledger/index.ts'
import { type Command, WrongUsage } from './command.ts'

/** Writes every entry to a file that anyone can verify. */
export const ledgerExport: Command = {
  name: 'ledger export',
  summary: 'writes every entry of the ledger to a file, one JSON line each',
  usage: 'ledger export FILE',
  async run({ db, args, print }) {
    const { positionals } = parseArgs({ args, allowPositionals: true })
    if (positionals.length !== 1) throw new WrongUsage('name one file')
    const { rows, root, lines } = await exportLedger(db, system('command-line'), {})
    await pipeline(Readable.from(lines), createWriteStream(positionals[0]!))
    print(`${rows} entries written to ${positionals[0]}. Root: ${root}`)
    return 0
  },
}
