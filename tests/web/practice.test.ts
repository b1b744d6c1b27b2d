import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayOf } from '#modules/words/index.ts'
import { built, type Server, startServer, Visitor } from '#tests/server.ts'

// The practice logbook and the stations over HTTP, as the page of a phone uses them.

let server: Server
let trainee: Visitor
let trainer: Visitor
let cohort: string
const child = { date: dayOf(new Date(), 'Asia/Qyzylorda'), ageGroup: 'child', setting: 'outpatient', signs: ['diarrhoea'], classifications: ['DEH-3'] }

describe.skipIf(!built)('practice over HTTP', () => {
  beforeAll(async () => {
    server = await startServer()
    trainee = await new Visitor(server).signIn('trainee@demo.kz')
    trainer = await new Visitor(server).signIn('trainer@demo.kz')
    cohort = /cohort=([0-9a-f-]{36})/.exec((await trainee.open('/en/learn')).text)![1]!
  })
  afterAll(() => server?.stop())

  type Listed = { personId: string; practice: { cases: number; waiting: number }; cases: { caseId: string; recordedAt: string; confirmedAt: string | null }[] }
  const own = async () => ((await trainee.call('GET', `/cohorts/${cohort}/logbook`)).body.items as Listed[])[0]!

  test('a case is written, corrected, confirmed as it was shown, and then final', async () => {
    const before = await own()
    const written = await trainee.call('POST', `/cohorts/${cohort}/logbook`, child)
    expect([written.status, written.body]).toEqual([201, { caseId: expect.any(String), confirmed: false }])
    const { caseId } = written.body as { caseId: string }
    const shown = (await own()).cases.find((one) => one.caseId === caseId)!
    expect((await trainee.call('PUT', `/logbook/${caseId}`, { ...child, classifications: ['DEH-2'] })).status).toBe(204)

    const confirm = (recordedAt: string) => trainer.call('POST', `/cohorts/${cohort}/logbook/confirmations`, { cases: [{ caseId, recordedAt }] })
    const stale = await confirm(shown.recordedAt)
    expect([stale.status, stale.body.code]).toEqual([409, 'logbook.changed'])
    expect((await confirm((await own()).cases.find((one) => one.caseId === caseId)!.recordedAt)).body).toEqual({ confirmed: 1 })
    expect((await own()).practice.cases).toBe(before.practice.cases + 1)
    for (const refused of [await trainee.call('DELETE', `/logbook/${caseId}`), await trainee.call('PUT', `/logbook/${caseId}`, child)]) expect([refused.status, refused.body.code]).toEqual([409, 'logbook.confirmed'])
  })

  test('there is no field for words, and no sign but the protocol’s', async () => {
    const before = await own()
    const refused = [
      await trainee.call('POST', `/cohorts/${cohort}/logbook`, { ...child, signs: ['Асан Үсенов, 2 жаста'] }),
      await trainee.call('POST', `/cohorts/${cohort}/logbook`, { ...child, signs: ['asanUsenov'] }),
    ]
    expect(refused.map(({ status }) => status)).toEqual([422, 409])
    expect(refused[1]!.body.code).toBe('logbook.sign')
    await trainee.call('POST', `/cohorts/${cohort}/logbook`, { ...child, remark: 'Асан Үсенов' })
    expect(JSON.stringify(await own())).not.toContain('Асан')
    expect((await own()).cases.length).toBeLessThanOrEqual(before.cases.length + 1)
  })

  test('a sheet that another one overtook is a conflict of its own name', async () => {
    const { stations, items } = (await trainer.call('GET', `/cohorts/${cohort}/stations`)).body as { stations: { station: string; steps: { id: string }[] }[]; items: { personId: string; observations: { station: string }[] }[] }
    const { station, steps } = stations[0]!
    const person = items.find((one) => one.observations.some((sheet) => sheet.station === station))!
    const path = `/cohorts/${cohort}/stations/${station}/observations/${person.personId}`
    const marks = Object.fromEntries(steps.map(({ id }) => [id, false]))
    const overtaken = await trainer.call('PUT', path, { steps: marks, seen: '' })
    expect([overtaken.status, overtaken.body.code]).toEqual([409, 'observation.newer'])
    expect((await trainer.call('PUT', path, { steps: marks })).status).toBe(204)
  })
})
