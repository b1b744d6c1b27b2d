import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { type Command, WrongUsage } from '#scripts/command.ts'
import { reconcile } from '#scripts/reconcile.ts'
import { statementCompare } from '#scripts/statementCompare.ts'
import { statementSign } from '#scripts/statementSign.ts'
import { expect, test } from '#tests/database.ts'
import { asIntruder } from '#tests/modules/ledger/ledgers.ts'
import { aCertificate, revoked } from '#tests/modules/counts/register.ts'

async function ran(command: Command, db: Db, ...args: string[]) {
  const lines: string[] = []
  const code = await command.run({ db, args, print: (line: string) => void lines.push(line) } as unknown as Parameters<Command['run']>[0])
  return { code, text: lines.join('\n') }
}

test('a past day is told by query and ledger beside one another, and exit code 1 names the certificate that differs', async ({ db }) => {
  const [one, other] = [await aCertificate(db, { issuedOn: '2026-03-05' }, 2026), await aCertificate(db, { issuedOn: '2026-03-06' }, 2026)]
  await revoked(db, other, new Date('2026-04-02T06:00:00Z'))
  const right = await ran(reconcile, db, '--as-of', '2026-03-31', '--json')
  expect([right.code, JSON.parse(right.text)]).toMatchObject([0, { ok: true, asOf: '2026-03-31T18:59:59.999Z', query: { total: { standing: 2, holders: 2, revoked: 0 } }, ledger: { total: { standing: 2, holders: 2, revoked: 0 } }, differences: [], named: [] }])
  expect(JSON.parse((await ran(reconcile, db, '--as-of', '2026-04-02T12:00:00+05:00', '--json')).text)).toMatchObject({ ok: true, query: { total: { standing: 1, revoked: 1 } } })
  expect((await ran(reconcile, db, '--as-of', '2026-03-31')).text).toContain('Query and ledger agree.')
  expect((await ran(reconcile, db, '--json')).code).toBe(0)

  await asIntruder(db)
  await db.execute(sql`update certificates set profession = 'feldsher' where id = ${one.id}::uuid`)
  const wrong = await ran(reconcile, db, '--as-of', '2026-03-31')
  expect(wrong.code).toBe(1)
  expect(wrong.text).toContain(`${one.serial}: profession: query feldsher, ledger midwife`)
})

test('a day that is none is wrong usage', async ({ db }) => {
  for (const asOf of ['yesterday', '2026-02-30', '2026-03-31T12:00', '0001-01-01']) await expect(ran(reconcile, db, '--as-of', asOf)).rejects.toBeInstanceOf(WrongUsage)
  for (const month of ['', '2026', '2026-13']) for (const command of [statementSign, statementCompare]) await expect(ran(command, db, month)).rejects.toBeInstanceOf(WrongUsage)
})

test('a month is signed by hand, once, and compared with the ledger of today', async ({ db }) => {
  const one = await aCertificate(db, { issuedOn: '2026-03-05' }, 2026)
  const first = JSON.parse((await ran(statementSign, db, '2026-03', '--json')).text) as { digest: string; signed: boolean }
  expect(first.signed).toBe(true)
  expect(JSON.parse((await ran(statementSign, db, '2026-03', '--json')).text)).toEqual({ ...first, signed: false })
  await revoked(db, one, new Date('2026-04-02T06:00:00Z'))
  const { code, text } = await ran(statementCompare, db, '2026-03', '--json')
  expect([code, JSON.parse(text)]).toMatchObject([0, { ok: true, figures: expect.arrayContaining([{ figure: 'certificates', said: 1, again: 1, late: 1, today: 0 }]) }])
})
