import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { type Difference, reconcile as compare, sources } from '#modules/audit/index.ts'
import { t } from '#modules/words/index.ts'
import type { Command } from './command.ts'

/** Counts the certificates four ways and compares. Exit code 1 when anything differs. */
export const reconcile: Command = {
  name: 'reconcile',
  summary: 'compares the ministry’s count with the register, the ledger and the exported list',
  usage: 'reconcile [--json]',
  async run({ db, args, print }) {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } })
    const found = await compare(db, system('command-line'), {})
    if (values.json) print(JSON.stringify(found, null, 2))
    else {
      for (const source of sources) print(`${t('en', `audit.source.${source}`).padEnd(24)} ${found.figures[source]}`)
      for (const one of found.differences) print(inWords(one))
      if (found.more > 0) print(`and ${found.more} more`)
      print(found.ok ? `Everything agrees, over ${found.entries} entries of the ledger.` : 'There are DIFFERENCES.')
    }
    return found.ok ? 0 : 1
  },
}

const inWords = ({ serial, source, problem, field }: Difference) =>
  `${serial ?? '—'}: ${t('en', `audit.source.${source}`)} ${t('en', `audit.difference.${problem}`)}${field ? ` (${field})` : ''}`
