import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { createToken, matchPersons, normaliseEmail, type Scope, scopes } from '#modules/people/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { t } from '#modules/words/index.ts'
import { type Command, WrongUsage } from './command.ts'
import { prepareDatabase } from './migrate.ts'

/** Makes a bearer token by which a machine acts as a person, and prints it this once. */
export const tokenCreate: Command = {
  name: 'token create',
  summary: 'makes a bearer token for a person’s machine client and prints it once',
  usage: 'token create --person E [--label TEXT] [--scope S]… [--json]',
  async run(context) {
    const text = { type: 'string' } as const
    const { values } = parseArgs({ args: context.args, options: { person: text, label: text, scope: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } } })
    const email = normaliseEmail(values.person ?? '')
    if (!email) throw new WrongUsage('--person takes an e-mail address')
    const wrong = values.scope?.find((one) => !(scopes as readonly string[]).includes(one))
    if (wrong !== undefined) throw new WrongUsage(`--scope is one of ${scopes.join(', ')}`)
    await prepareDatabase(context)
    const actor = system('command-line')
    const [person] = await matchPersons(context.db, actor, { emails: [email] })
    if (!person) {
      context.print('Nobody signs in with this address.')
      return 1
    }
    try {
      const { id, token } = await createToken(context.db, actor, { personId: person.id, label: values.label ?? 'command line', scopes: values.scope as Scope[] | undefined })
      context.print(values.json ? JSON.stringify({ id, token }) : `${token}\nSend it as "Authorization: Bearer …". It is not shown again.`)
      return 0
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      context.print(t('en', `refusal.${error.code}`, error.facts))
      return 1
    }
  },
}
