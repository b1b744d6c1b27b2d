import { desc } from 'drizzle-orm'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificates, entries } from '#db/schema/index.ts'
import { verifyCode } from '#modules/certificates/index.ts'
import { proveConsistency, proveInclusion, takeCheckpoint } from '#modules/ledger/index.ts'
import { system } from '#modules/actor.ts'
import { bare } from './lesson.ts'
import { requestsPerSecond, row, type Row } from './measure.ts'
import { openRaw } from './rawSql.ts'
import type { Bench } from './stage.ts'

/**
 * The public page of a certificate, and its JSON, against a bare Node server that makes the same queries of the register and sends
 * the same bytes. The server must run; it is stopped here.
 */
export async function benchVerifyPage(stage: Bench): Promise<Row[]> {
  await stage.stopServer()
  const code = await stage.withDatabase(async ({ db }) => {
    const [one] = await db.select({ code: certificates.code }).from(certificates).limit(1)
    // The head that covers it is signed at the first look: not what is measured.
    await verifyCode(db, one!.code)
    return one!.code
  })
  const raw = await openRaw(stage.databaseUrl, stage.dataDir)
  const statements = await raw.capture((db) => verifyCode(db, code))
  await raw.close()
  const statementFile = join(stage.folder, 'verify.json')
  writeFileSync(statementFile, JSON.stringify(statements))

  await stage.startServer()
  const paths = { page: `/kk/verify/${code}`, json: `/api/v1/certificates/${code}` }
  const ours: Record<string, number> = {}
  const files: Record<string, string> = {}
  for (const [name, path] of Object.entries(paths)) {
    files[name] = join(stage.folder, `verify-${name}`)
    writeFileSync(files[name], Buffer.from(await (await fetch(stage.origin + path)).arrayBuffer()))
    ours[name] = await requestsPerSecond(stage.origin + path, {})
  }
  await stage.stopServer()
  const alone = { page: await bare(stage, '', [files['page']!, statementFile]), json: await bare(stage, '', [files['json']!, statementFile]) }
  return [
    row('public page of a certificate against a bare server with the same queries', stage.kind, ours['page']!, alone.page, 'requests/s', 'for information'),
    row('the same as JSON against a bare server with the same queries', stage.kind, ours['json']!, alone.json, 'requests/s', '≥ 0.5'),
  ]
}

/** Proofs made a second, one after the other, in one process: what they cost on a ledger of 100,000 entries. */
export async function benchProofs(stage: Bench): Promise<Row[]> {
  return stage.withDatabase(async ({ db }) => {
    const { size } = await takeCheckpoint(db, system('bench'), {})
    const hashes = await db.select({ hash: entries.hash }).from(entries).orderBy(desc(entries.seq)).limit(200)
    const perSecond = async (times: number, work: (index: number) => Promise<unknown>) => {
      const started = performance.now()
      for (let index = 0; index < times; index++) await work(index)
      return times / ((performance.now() - started) / 1000)
    }
    return [
      row('inclusion proofs by an entry’s hash', stage.kind, await perSecond(400, (index) => proveInclusion(db, { hash: hashes[index % hashes.length]!.hash.toString('hex') })), null, 'proofs/s', 'for information'),
      row('consistency proofs between two heads', stage.kind, await perSecond(400, (index) => proveConsistency(db, { from: 1 + ((index * 7919) % (size - 1)), to: size })), null, 'proofs/s', 'for information'),
    ]
  })
}
