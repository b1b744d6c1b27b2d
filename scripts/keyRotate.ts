import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { rotateKey, rotateKeyInput } from '#modules/ledger/index.ts'
import { type Command, WrongUsage } from './command.ts'

/** Ends a signing key and begins a new one. */
export const keyRotate: Command = {
  name: 'key rotate',
  summary: 'ends a signing key and begins a new one',
  usage: `key rotate certificate|checkpoint [--reason TEXT]

Makes a new key pair in KEYS_DIR (mode 0400) and ends the old one: its public half stays for ever, so that what it
signed is still confirmed; its private half is gone. Servers on this machine go on with the new key by themselves.
Where several machines have a KEYS_DIR of their own, copy the new .pem file to each: until then they sign nothing.
Afterwards back up KEYS_DIR. On the embedded database, stop the server first. Once a year, and on suspicion.`,
  async run({ db, args, print }) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { reason: { type: 'string' } } })
    const input = rotateKeyInput.safeParse({ purpose: positionals[0], reason: values.reason })
    if (!input.success || positionals.length !== 1) throw new WrongUsage('name the key: certificate or checkpoint; a reason has 3 to 500 letters')
    const { ended, kid } = await rotateKey(db, system('command-line'), input.data)
    print(`Key ${kid} signs from now on. Ended: ${ended.join(', ')}. Back up KEYS_DIR.`)
    return 0
  },
}
