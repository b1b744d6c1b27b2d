import { parseArgs } from 'node:util'
import { z } from 'zod'
import { system } from '#modules/actor.ts'
import { markCompromised, markCompromisedInput } from '#modules/ledger/index.ts'
import { type Command, WrongUsage } from './command.ts'

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** Says that somebody else may have a signing key, and since when. */
export const keyCompromised: Command = {
  name: 'key compromised',
  summary: 'says since when somebody else may have had a signing key',
  usage: `key compromised KID --since MOMENT --reason TEXT

MOMENT is like 2026-11-20T09:00:00Z or 2026-11-20T14:00:00+05:00. What the key signed at or after that moment is shown as
not confirmed; what it signed before holds. A key in use is replaced at once (see besik key rotate --help). The reason is
public. The moment can be moved back later, never forward. Certificates that are not confirmed any more are to be
replaced: besik key list and the ledger tell which key signed what.`,
  async run({ db, args, print }) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { since: { type: 'string' }, reason: { type: 'string' } } })
    const since = moment.safeParse(values.since)
    if (!since.success) throw new WrongUsage('--since needs a moment with its zone, like 2026-11-20T09:00:00Z')
    const input = markCompromisedInput.safeParse({ kid: positionals[0], since: since.data, reason: values.reason })
    if (!input.success || positionals.length !== 1) throw new WrongUsage('name one key by its 16 letters and digits, and a reason of 3 to 500 letters')
    const rotated = await markCompromised(db, system('command-line'), input.data)
    print(`Key ${input.data.kid} is not believed from ${input.data.since.toISOString()} on.`)
    if (rotated) print(`Key ${rotated.kid} signs from now on. Back up KEYS_DIR.`)
    return 0
  },
}
