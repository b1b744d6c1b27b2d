import { statesOf } from '#modules/certificates/index.ts'
import { aReportable } from '#tests/modules/reports/reportable.ts'
import { draftReport, drawReport, issueReport, reportOf } from '#modules/reports/index.ts'
import { row, type Row } from './measure.ts'
import type { Bench } from './stage.ts'

const staff = 200

/** The adoption report of a college with two hundred teachers: gathered, signed, numbered, told to the ledger and drawn in three languages, against verifying their certificates alone. */
export async function benchReport(stage: Bench): Promise<Row[]> {
  return stage.withDatabase(async ({ db }) => {
    const { adoptionId, worker } = await aReportable(db, { people: staff, edition: { number: 9000, demonstration: true } })
    const { digest, facts } = await draftReport(db, worker, { adoptionId, studyYear: 2026 })
    if (facts?.staff.length !== staff) throw new Error('the report does not name everybody')
    const spent: { reporting: number; verifying: number }[] = []
    for (let n = 0; n < 3; n++) {
      const started = performance.now()
      const { number } = await issueReport(db, worker, { adoptionId, studyYear: 2026, signatory: `Ермекова Салтанат ${'ІІІ'.slice(n)}`, digest: digest!, acknowledged: false })
      const signed = await reportOf(db, worker, { number })
      if (drawReport(signed, stage.origin).length < 10_000) throw new Error('the report was not drawn')
      const reporting = performance.now() - started
      const alone = performance.now()
      await statesOf(db, facts.staff.map((one) => one.certificate))
      spent.push({ reporting, verifying: performance.now() - alone })
    }
    const best = (what: 'reporting' | 'verifying') => Math.min(...spent.map((one) => one[what]))
    return [row('an adoption report of 200 teachers, signed and drawn (ms: less is better) against verifying their certificates alone', stage.kind, best('reporting'), best('verifying'), 'ms', '≤ 1,000 ms')]
  })
}
