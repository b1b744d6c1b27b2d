import type { Database, Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { persons } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { acceptInvitation, readToken, signIn } from '#modules/people/index.ts'
import { type Command, WrongUsage } from '#scripts/command.ts'
import { personCreate } from '#scripts/personCreate.ts'
import { tokenCreate } from '#scripts/tokenCreate.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, texts } from '#tests/factories.ts'

async function run(command: Command, db: Db, ...args: string[]) {
  const lines: string[] = []
  const database = { migrate: async () => {} } as Database
  const code = await command.run({ db, database, environment: environment(), args, print: (line) => void lines.push(line) })
  return { code, text: lines.join('\n') }
}

test('the first administrator comes in by a link that is printed once', async ({ db }) => {
  const made = await run(personCreate, db, '--role', 'administrator', '--email', 'boss@example.kz', '--json')
  expect(made.code).toBe(0)
  const { id, link } = JSON.parse(made.text) as { id: string; link: string }
  await acceptInvitation(db, visitor, { token: link.split('/').at(-1)!, password: 'қар-7351', consent: true })
  expect(await signIn(db, visitor, { login: 'boss@example.kz', password: 'қар-7351' })).toMatchObject({ personId: id, roles: ['administrator'] })
})

test('a place is named in words, and a wrong word makes nobody', async ({ db }) => {
  await aCentre(db, { names: texts('Қызылорда ресурстық орталығы') })
  expect((await run(personCreate, db, '--role', 'coordinator', '--email', 'c@example.kz', '--centre', 'қызылорда РЕСУРСТЫҚ орталығы')).code).toBe(0)
  for (const wrong of [['--role', 'coordinator', '--email', 'd@example.kz', '--centre', 'Атырау'], ['--role', 'king', '--email', 'd@example.kz'], ['--email', 'd@example.kz'], ['--role', 'auditor']]) {
    await expect(run(personCreate, db, ...wrong)).rejects.toThrow(WrongUsage)
  }
  expect(await run(personCreate, db, '--role', 'auditor', '--email', 'c@example.kz', '--json')).toEqual({ code: 1, text: '{"code":"person.email-taken","fields":{}}' })
  expect(await run(personCreate, db, '--role', 'coordinator', '--email', 'd@example.kz', '--json')).toEqual({ code: 1, text: '{"code":"input.invalid","fields":{"centreId":"field.required"}}' })
  expect(await db.$count(persons)).toBe(1)
})

test('a token is printed once and acts as its person', async ({ db }) => {
  const { id } = JSON.parse((await run(personCreate, db, '--role', 'trainee', '--email', 'aidana01@example.kz', '--json')).text) as { id: string }
  const made = await run(tokenCreate, db, '--person', 'aidana01@example.kz', '--json')
  expect(await readToken(db, (JSON.parse(made.text) as { token: string }).token)).toMatchObject({ personId: id, steppedUp: false })
  expect((await run(tokenCreate, db, '--person', 'nobody@example.kz')).code).toBe(1)
  await expect(run(tokenCreate, db, '--person', 'nobody')).rejects.toThrow(WrongUsage)
})
