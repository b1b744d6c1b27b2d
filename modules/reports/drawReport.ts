import { createHash } from 'node:crypto'
import { t } from '#modules/words/index.ts'
import { bind, newFaces, types } from '#modules/pdf/index.ts'
import { composeReportPages, page } from './composePages.ts'
import type { SignedReport } from './reports.ts'

/**
 * Draws a signed report as a PDF in the three languages, one after another: the same bytes for the same report and names. The report's
 * exact text is attached, so that the file can be checked without this product. A holder whose data were erased has no name in it any
 * more; that is why it is drawn when it is asked for, and not kept.
 */
export function drawReport({ report, body, sha256, holders }: Pick<SignedReport, 'report' | 'body' | 'sha256' | 'holders'>, origin: string): Uint8Array {
  const faces = newFaces(types())
  const pages = composeReportPages({ faces, report, holders, sha256, origin }).map((content) => ({ ...page, content }))
  return bind({
    faces, pages,
    attached: [{ name: 'report.json', describes: 'Adoption report', content: body }],
    about: { title: `${t('kk', 'adoption-report.title')} ${report.number}`, author: report.college.names.kk, subject: report.edition.titles.kk, language: 'kk', day: report.issuedOn },
    id: createHash('sha256').update(JSON.stringify([body, [...holders], origin])).digest('hex').slice(0, 32),
  })
}
