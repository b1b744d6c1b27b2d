import { drawCertificate } from '#modules/certificates/index.ts'
import { row, type Row } from './measure.ts'
import type { Bench } from './stage.ts'

/** Certificates drawn a second, in one process on one core. The market leader's 6 a second is a figure from another machine: no ratio. */
export async function benchDrawing(stage: Bench): Promise<Row[]> {
  const signed = await stage.signedStatement()
  for (let warm = 0; warm < 20; warm++) await drawCertificate(signed, stage.origin)
  const started = performance.now()
  let drawn = 0
  while (performance.now() - started < 5000) {
    await drawCertificate(signed, stage.origin)
    drawn++
  }
  return [row('certificate PDFs drawn on one core', '-', drawn / ((performance.now() - started) / 1000), null, 'PDFs/s', 'for information')]
}
