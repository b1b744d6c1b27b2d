import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { compareStatement, signStatementInput } from '#modules/reconciliation/index.ts'
import { t } from '#modules/words/index.ts'
import { type Command, WrongUsage } from './command.ts'

/** A signed statement against the ledger of today. Exit code 1 when the entries that were counted say something else now. */
export const statementCompare: Command = {
  name: 'statement compare',
  summary: 'holds a signed statement against the ledger of today',
  usage: 'statement compare 2026-03 [--json]',
  async run({ db, args, print }) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean', default: false } } })
    const asked = signStatementInput.safeParse({ month: positionals[0] })
    if (!asked.success || positionals.length > 1) throw new WrongUsage('name one month: 2026-03')
    const figures = await compareStatement(db, system('command-line'), asked.data)
    const ok = figures.every((one) => one.said === one.again)
    if (values.json) print(JSON.stringify({ ok, month: asked.data.month, figures }, null, 2))
    else {
      const columns = ['said', 'again', 'late', 'today'] as const
      print(['', ...columns].map((name, at) => (at === 0 ? ''.padEnd(28) : name.padStart(12))).join(''))
      for (const one of figures) print(t('en', `statement.figure.${one.figure}`).padEnd(28) + columns.map((name) => String(one[name]).padStart(12)).join(''))
      print(ok ? 'The same entries say what was said.' : 'The same entries say something ELSE: somebody changed them.')
    }
    return ok ? 0 : 1
  },
}
