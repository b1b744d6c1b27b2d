import { describe, expect, test } from '#tests/database.ts'
import { createToken, readBearer, readToken, callsOfToken, tokensOf, useToken } from '#modules/people/index.ts'
import { aTrainee, anAdministrator } from '#tests/factories.ts'

describe('a token', () => {
  test('made for scopes makes calls of those only', async ({ db }) => {
    const admin = { ...(await anAdministrator(db)), steppedUp: true }
    const who = await aTrainee(db)
    const { id, token } = await createToken(db, admin, { personId: who.personId!, label: 'DHIS2', scopes: ['ledger', 'counts', 'counts'] })
    const { bearer } = (await readBearer(db, token))!
    expect(bearer).toEqual({ id, scopes: ['counts', 'ledger'] })
    await useToken(db, bearer, 'counts')
    await useToken(db, bearer, 'ledger')
    for (const scope of ['certificates', 'aggregates', 'exchange', undefined] as const) await expect(useToken(db, bearer, scope)).rejects.toMatchObject({ code: 'token.out-of-scope' })
    expect((await tokensOf(db, admin)).find((one) => one.id === id)?.scopes).toEqual(['counts', 'ledger'])
    await expect(createToken(db, admin, { personId: who.personId!, label: 'x', scopes: ['everything' as never] })).rejects.toThrow()
  })

  test('without scopes makes every call of its person', async ({ db }) => {
    const admin = { ...(await anAdministrator(db)), steppedUp: true }
    const { token } = await createToken(db, admin, { personId: (await aTrainee(db)).personId!, label: 'LMS' })
    const { bearer } = (await readBearer(db, token))!
    for (const scope of ['counts', undefined] as const) await useToken(db, bearer, scope)
    expect(await readToken(db, token)).toMatchObject({ kind: 'person', steppedUp: false })
  })

  test('makes so many calls of its scopes a minute, each token for itself', async ({ db }) => {
    const [one, other] = [{ id: crypto.randomUUID(), scopes: ['counts'] }, { id: crypto.randomUUID(), scopes: [] }]
    for (let n = 0; n < callsOfToken.max; n++) await useToken(db, one, 'counts')
    const refused = await useToken(db, one, 'counts').catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'limit.too-many' })
    expect((refused as { facts: { seconds: number } }).facts.seconds).toBeGreaterThan(0)
    await useToken(db, other, 'counts')
    await useToken(db, other, undefined)
  })
})
