import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { signStatement, signStatementInput } from '#modules/reconciliation/index.ts'
import { type Command, WrongUsage } from './command.ts'

/** Signs the statement of a month that has ended, however large the register is. Signed once: again it answers the one there is. */
export const statementSign: Command = {
  name: 'statement sign',
  summary: 'signs what the ministry says of a month that has ended',
  usage: 'statement sign 2026-03 [--json]',
  async run({ db, args, print }) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean', default: false } } })
    const asked = signStatementInput.safeParse({ month: positionals[0] })
    if (!asked.success || positionals.length > 1) throw new WrongUsage('name one month: 2026-03')
    const signed = await signStatement(db, system('command-line'), asked.data)
    print(values.json ? JSON.stringify(signed) : `${signed.signed ? 'Signed' : 'It was signed already'}: ${signed.month}, SHA-256 ${signed.digest}`)
    return 0
  },
}
