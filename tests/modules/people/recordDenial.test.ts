import { eq } from 'drizzle-orm'
import { denials, limits } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { forgetExpired, isDenial, mostDenials, recordDenial } from '#modules/people/index.ts'
import { expect, test } from '#tests/database.ts'
import { anAuditor, aTrainee } from '#tests/factories.ts'

test('what is a denial follows from who it was and why', async ({ db }) => {
  const person = await aTrainee(db)
  const table: [actor: typeof visitor, code: string, denial: boolean][] = [
    [person, 'permission.denied', true], [person, 'session.wrong-password', true], [person, 'session.second-factor-wrong', true], [person, 'token.out-of-scope', true],
    [person, 'object.not-found', false], [person, 'permission.step-up-needed', false], [person, 'input.invalid', false], [person, 'session.none', false],
    [visitor, 'session.wrong-credentials', true], [visitor, 'session.second-factor-wrong', true],
    [visitor, 'session.none', false], [visitor, 'permission.denied', false], [visitor, 'session.second-factor-needed', false],
    [system('jobs'), 'permission.denied', false], [system('jobs'), 'session.wrong-credentials', false],
  ]
  for (const [actor, code, denial] of table) {
    expect(isDenial(actor, code), `${actor.kind} ${code}`).toBe(denial)
    expect(await recordDenial(db, actor, { what: 'GET /x', code, address: '192.0.2.1' })).toBe(denial)
  }
  expect(await db.select().from(denials)).toHaveLength(table.filter(([, , denial]) => denial).length)
})

test('it says who, what and why, and cannot be changed afterwards', async ({ db }) => {
  const auditor = await anAuditor(db)
  await recordDenial(db, auditor, { what: 'POST /api/v1/cohorts/{id}/state', code: 'permission.denied', requestId: 'r1' })
  const [row] = await db.select().from(denials)
  expect(row).toMatchObject({ personId: auditor.personId, what: 'POST /api/v1/cohorts/{id}/state', code: 'permission.denied', requestId: 'r1' })
  await expect(db.transaction((tx) => tx.update(denials).set({ what: 'another' }).where(eq(denials.id, row!.id)))).rejects.toThrow()
})

test('a flood is cut off by person and by address, and one does not silence another', async ({ db }) => {
  const [loud, quiet] = [await aTrainee(db), await aTrainee(db)]
  const answers = []
  for (let at = 0; at < mostDenials.person + 10; at++) answers.push(await recordDenial(db, loud, { what: 'GET /x', code: 'permission.denied' }))
  expect(answers.filter(Boolean)).toHaveLength(mostDenials.person)
  expect(await recordDenial(db, quiet, { what: 'GET /x', code: 'permission.denied' })).toBe(true)

  const wrong = (address: string) => recordDenial(db, visitor, { what: 'people.signIn', code: 'session.wrong-credentials', address })
  for (let at = 0; at < mostDenials.address; at++) expect(await wrong('192.0.2.1')).toBe(true)
  expect(await wrong('192.0.2.1')).toBe(false)
  expect(await wrong('192.0.2.2')).toBe(true)
  // What is limited is kept as a keyed hash: neither an address nor a person stands in the table.
  expect(JSON.stringify(await db.select().from(limits))).not.toMatch(new RegExp(`192\\.0\\.2|${loud.personId}`))
})

test('many addresses together do not fill the table', async ({ db }) => {
  let noted = 0
  for (let at = 0; at < mostDenials.everybody + 20; at++) if (await recordDenial(db, visitor, { what: 'people.signIn', code: 'session.wrong-credentials', address: `2001:db8::${at}` })) noted++
  expect(noted).toBe(mostDenials.everybody)
})

test('it is forgotten after a year', async ({ db }) => {
  const person = await aTrainee(db)
  const days = (n: number) => new Date(Date.now() - n * 86_400_000)
  await db.insert(denials).values([{ at: days(366), personId: person.personId, what: 'old', code: 'permission.denied' }, { at: days(364), personId: person.personId, what: 'young', code: 'permission.denied' }])
  await forgetExpired(db)
  expect((await db.select().from(denials)).map((one) => one.what)).toEqual(['young'])
})
