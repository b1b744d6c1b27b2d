import { eq, sql, type SQL } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificates, entries, publicKeys, statements } from '#db/schema/index.ts'
import { issueCertificates } from '#modules/certificates/index.ts'
import { issuingStopped } from '#modules/certificates/issuing.ts'
import { readBack } from '#modules/certificates/readBack.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aFinishedCohort } from './cast.ts'

async function issued(db: Db) {
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 3 })
  return (await issueCertificates(db, coordinator, { cohortId: cohort.id })).issued
}

const differs = (one: { certificateId: string }) => eq(certificates.id, one.certificateId)

/** What a register may have made of a certificate between its signing and its reading. */
const spoilt: [string, (one: { certificateId: string; serial: string }) => SQL][] = [
  ['another serial', (one) => sql`update ${certificates} set serial = 'KZ-1999-000001' where ${differs(one)}`],
  ['another code', (one) => sql`update ${certificates} set code = reverse(code) where ${differs(one)}`],
  ['another hash of the statement', (one) => sql`update ${certificates} set statement_hash = repeat('0', 64) where ${differs(one)}`],
  ['another signature', (one) => sql`update ${certificates} set signature = set_byte(signature, 0, (get_byte(signature, 0) + 1) % 256) where ${differs(one)}`],
  ['another key', (one) => sql`update ${certificates} set kid = 'aaaaaaaaaaaaaaaa' where ${differs(one)}`],
  ['the entry of another', (one) => sql`update ${certificates} set entry_seq = (select min(entry_seq) from ${certificates}) where ${differs(one)}`],
  ['a statement with one letter changed', (one) => sql`update ${statements} set body = replace(body, 'besik-certificate', 'besik-certificatE') where certificate_id = ${one.certificateId}`],
  ['no statement', (one) => sql`delete from ${statements} where certificate_id = ${one.certificateId}`],
  ['an entry that tells another serial', (one) => sql`update ${entries} set body = replace(body, ${one.serial}, 'KZ-1999-000001') where seq = (select entry_seq from ${certificates} where ${differs(one)})`],
]

describe('what was issued is read again, and one that is stored with', () => {
  test.for(spoilt)('%s is caught, it alone, and issuing stops', async ([, change], { db }) => {
    const all = await issued(db)
    const ids = all.map((one) => one.certificateId)
    expect(await readBack(db, ids)).toEqual([])
    await db.execute(sql`set local session_replication_role = replica`)
    await db.execute(change(all[2]!))
    expect(await readBack(db, ids)).toEqual([all[2]!.certificateId])
    expect(await readBack(db, ids.slice(0, 2))).toEqual([])
    expect(await issuingStopped(db)).toBe(true)
  })

  test('nothing at all is caught too, and so is a key that the register does not know', async ({ db }) => {
    const ids = (await issued(db)).map((one) => one.certificateId)
    expect(await readBack(db, [...ids, '00000000-0000-4000-8000-000000000009'])).toEqual(['00000000-0000-4000-8000-000000000009'])
    await db.delete(publicKeys)
    expect(await readBack(db, ids)).toEqual(ids)
  })
})
