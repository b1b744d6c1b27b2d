import { describe, expect, test } from 'vitest'
import type { Refusal } from '#modules/refusal.ts'
// Inside the module: hashing has no door of its own, and these promises are worth stating by themselves.
import { hashPassword, isOutdated, verifyPassword } from '#modules/people/password.ts'
import { passwordProblem } from '#modules/people/passwordRules.ts'

const own = ['Рақымбаева', 'Нұргүл', 'aidana01@example.kz', '+77050289896']
const alone = (password: string) => passwordProblem(password, { secondFactor: false, own })
const beside = (password: string) => passwordProblem(password, { secondFactor: true, own })

describe('a new password', () => {
  test.each(['correct horse battery staple', 'үш қоян тауға шықты', 'besik-demo-2026', 'жолбарыс-шәйнек-қар', '7g!Kp2$wQz9&xLm', 'а'.repeat(3) + 'бвгдежзиклмнпрст1'])('%s may be', (password) => expect(alone(password)).toBeNull())

  test('alone it takes 15 characters, beside a second factor 8', () => {
    expect(alone('tau-qoian-7351')).toBe('field.password-short-15')
    expect(beside('tau-735')).toBe('field.password-short-8')
    expect(beside('tau-7351')).not.toBe('field.password-short-8')
  })

  test('characters are counted, not bytes, after composing', () => {
    expect(beside('й'.normalize('NFD').repeat(4))).toBe('field.password-short-8')
    expect(beside(`қ${'👩‍⚕'.normalize()}әіңғүұө`)).toBeNull()
    expect(alone('x'.repeat(257))).toBe('field.password-long')
  })

  test.each([
    'passwordpassword', 'Password12345678', 'қызылорда2026!!!', 'aaaaaaaaaaaaaaaaaa', '123456789012345', '098765432109876', 'qwertyuiopasdfgh', 'йцукенгшщзхъфывап',
    'Рақымбаева-1979', 'нұргүлнұргүлнұргүл', 'aidana01-aidana01', 'besikbesikbesik', 'минздрав минздрав', '1q1q1q1q1q1q1q1q', 'iloveyou20262026',
  ])('%s is what a stranger tries first', (password) => expect(alone(password)).toBe('field.password-common'))
})

describe('a stored password', () => {
  test('opens with itself only, in whatever form its letters came', async () => {
    const stored = await hashPassword('й-үш қоян тауға шықты')
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await verifyPassword(stored, 'й-үш қоян тауға шықты'.normalize('NFD'))).toBe(true)
    expect(await verifyPassword(stored, 'й-үш қоян тауға шықты ')).toBe(false)
    expect(await verifyPassword(null, 'nobody has this password')).toBe(false)
  })

  test('without the pepper the hash is of something else', async () => {
    const { verify } = await import('@node-rs/argon2')
    expect(await verify(await hashPassword('үш қоян тауға шықты'), 'үш қоян тауға шықты')).toBe(false)
  })

  test('made with other parameters it is out of date', async () => {
    const { hash } = await import('@node-rs/argon2')
    expect(isOutdated(await hashPassword('үш қоян тауға шықты'))).toBe(false)
    expect(isOutdated(await hash('x', { memoryCost: 8192, timeCost: 1, parallelism: 1 }))).toBe(true)
  })

  test('a flood is told to come back, four are served at once and 32 wait', async () => {
    const flood = await Promise.allSettled(Array.from({ length: 50 }, () => verifyPassword(null, 'x')))
    const refused = flood.filter((one) => one.status === 'rejected')
    expect(refused).toHaveLength(14)
    for (const one of refused) expect((one as PromiseRejectedResult).reason).toMatchObject({ code: 'people.busy' } satisfies Partial<Refusal>)
    expect(await verifyPassword(null, 'x')).toBe(false)
  })
})
