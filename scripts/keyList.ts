import { parseArgs } from 'node:util'
import { keyWithId, type Signer } from '#modules/keys/index.ts'
import { publicKeys } from '#modules/ledger/index.ts'
import type { Command } from './command.ts'

/** Every signing key with its dates, and whether its private half is on this machine. Prints no secret: there is none to print. */
export const keyList: Command = {
  name: 'key list',
  summary: 'lists the signing keys with their dates',
  usage: `key list [--json]

“here” says that the private half is in this machine's KEYS_DIR.`,
  async run({ db, args, print }) {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } })
    const keys = (await publicKeys(db)).map(({ kid, purpose, spki, notBefore, notAfter, compromisedSince, reason }) => ({
      kid, purpose, spki, notBefore, notAfter, compromisedSince, reason, here: keyWithId(purpose as Signer, kid) !== null,
    }))
    if (values.json) print(JSON.stringify(keys, null, 2))
    else for (const { kid, purpose, notBefore, notAfter, compromisedSince, reason, here } of keys) {
      const life = notAfter ? `ended ${notAfter.toISOString()}` : 'in use'
      const doubt = compromisedSince ? `, COMPROMISED since ${compromisedSince.toISOString()}` : ''
      print(`${kid}  ${purpose.padEnd(11)} from ${notBefore.toISOString()}  ${life}${doubt}${here ? ', here' : ''}${reason ? `  (${reason})` : ''}`)
    }
    return 0
  },
}
