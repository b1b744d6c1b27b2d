import { monthlyStatements } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { isComparedAtOnce, signStatementAtOnce } from '#modules/reconciliation/index.ts'
import { mostComparedAtOnce } from '#modules/reconciliation/atOnce.ts'
import { expect, test } from '#tests/database.ts'
import { aCertificate } from '#tests/modules/counts/register.ts'

const clock = system('test')

test('a register too large for a page is left to the night and to the command, which the refusal names', async ({ db }) => {
  await aCertificate(db, { issuedOn: '2026-03-05' })
  expect(await isComparedAtOnce(db, clock)).toBe(true)
  await db.execute(`update tallies set n = ${mostComparedAtOnce + 1}`)
  expect(await isComparedAtOnce(db, clock)).toBe(false)
  await expect(signStatementAtOnce(db, clock, { month: '2026-03' })).rejects.toMatchObject({ code: 'statement.too-large', facts: { command: 'besik statement sign 2026-03' } })
  expect(await db.$count(monthlyStatements)).toBe(0)
})
