import { parseArgs } from 'node:util'
import { roles } from '#db/schema/people.ts'
import { system } from '#modules/actor.ts'
import { createPerson, createPersonInput, invitePerson } from '#modules/people/index.ts'
import { centres, colleges } from '#modules/places/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { type Key, t } from '#modules/words/index.ts'
import { type Command, type Context, WrongUsage } from './command.ts'
import { prepareDatabase } from './migrate.ts'

const usage = `person create --role ${roles.join('|')} --email E [--phone P] [--family-name N --given-name N --patronymic N] [--locale kk|ru|en] [--centre NAME|ID] [--college NAME|ID] [--json]`

/** Makes a person with a role and prints a link, good once, by which they set their password. So the first administrator comes in. */
export const personCreate: Command = {
  name: 'person create',
  summary: 'makes a person with a role and prints a one-time link to set the password',
  usage,
  async run(context) {
    const { json, ...typed } = readArguments(context.args)
    await prepareDatabase(context)
    try {
      const input = await placed(context, typed)
      const { id } = await createPerson(context.db, system('command-line'), input)
      const { link, expiresAt } = await invitePerson(context.db, system('command-line'), { personId: id })
      if (json) context.print(JSON.stringify({ id, link, expiresAt: expiresAt.toISOString() }))
      else context.print(`Made ${id}. Open this link once, before ${expiresAt.toISOString()}, to set the password:\n${link}`)
      return 0
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (json) context.print(JSON.stringify({ code: error.code, fields: error.fields ?? {} }))
      else context.print([t('en', `refusal.${error.code}`, error.facts), ...Object.entries(error.fields ?? {}).map(([field, key]) => `  ${field}: ${t('en', key as Key)}`)].join('\n'))
      return 1
    }
  },
}

function readArguments(args: string[]) {
  const text = { type: 'string' } as const
  const options = {
    role: text, email: text, phone: text, 'family-name': text, 'given-name': text, patronymic: text, locale: text, centre: text, college: text, json: { type: 'boolean', default: false },
  } as const
  const { values } = parseArgs({ args, options })
  const { role } = values
  if (!role) throw new WrongUsage('--role is missing')
  if (!values.email && !values.phone) throw new WrongUsage('--email is missing')
  const { email, phone, patronymic, locale, centre, college, json } = values
  return { role, email, phone, familyName: values['family-name'] ?? 'Besik', givenName: values['given-name'] ?? role.slice(0, 1).toUpperCase() + role.slice(1), patronymic, locale, centre, college, json }
}

/** The input of `createPerson`, its place found by id or by a name in any language. */
async function placed({ db }: Context, { centre, college, ...typed }: Omit<ReturnType<typeof readArguments>, 'json'>) {
  const find = <Place extends { id: string; names: Record<string, string> }>(places: Place[], wanted: string, what: string) => {
    const found = places.filter((place) => place.id === wanted || Object.values(place.names).some((name) => name.toLowerCase() === wanted.toLowerCase()))
    if (found.length !== 1) throw new WrongUsage(`--${what}: ${found.length === 0 ? 'no' : 'more than one'} ${what} of that name; there are ${places.map((place) => place.names['en']).join(', ')}`)
    return found[0]!.id
  }
  const parsed = createPersonInput.safeParse({
    ...typed, centreId: centre && find(await centres(db), centre, 'centre'), collegeId: college && find(await colleges(db), college, 'college'),
  })
  if (!parsed.success) throw new WrongUsage(`--${String(parsed.error.issues[0]!.path[0]).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} does not fit`)
  return parsed.data
}
