import { issueReport, issueReportInput } from '#modules/reports/index.ts'
import { ask } from './ask.ts'

export const adoptionReports = {
  issue: ask(issueReportInput, issueReport, { flash: 'adoption-report.signed.flash', to: ({ locale, result }) => `/${locale}/college/reports/${result.number}` }),
}
