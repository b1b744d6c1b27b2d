import { z } from 'zod'
import { readCode } from '#modules/certificates/index.ts'
import { takeLimit } from '#modules/people/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { checkReport, countedStates, drawReport, latestReport, listReports, listReportsInput, type ReportCheck, reportShape, reportWorkbook, type SignedReport } from '#modules/reports/index.ts'
import { type Answer, call } from './call.ts'

const readers = ['college', 'auditor', 'administrator'] as const
const formats = ['json', 'pdf', 'xlsx'] as const
const types = { json: 'application/json', pdf: 'application/pdf', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' } as const
const texts = z.object({ kk: z.string(), ru: z.string(), en: z.string() })
const states = z.record(z.enum(countedStates), z.int())

const signedShape = z.object({
  sha256: z.string().describe('of the canonical JSON (RFC 8785) of `report`'),
  report: reportShape.describe('as it was signed; teachers are named by their certificates alone'),
  holders: z.record(z.uuid(), z.string().nullable()).describe('names by certificate, as their signed statements have them; null after an erasure'),
  later: z.string().nullable().describe('number of the report that was signed later for the same year and counts instead'),
})

const listedShape = z.object({
  number: z.string(), studyYear: z.int(), issuedOn: z.iso.date(), signatory: z.string(), college: z.object({ id: z.uuid(), names: texts }), course: z.string(), edition: z.int(),
  people: z.int(), inForce: z.int(), students: z.int(), superseded: z.boolean(),
})

const checkShape = z.object({
  state: z.enum(['valid', 'replaced', 'unconfirmed']), number: z.string(), sha256: z.string(), college: texts, course: z.string(), edition: z.int(), guideline: z.string(), studyYear: z.int(), issuedOn: z.iso.date(), signatory: z.string(),
  hours: z.number(), groups: z.int(), students: z.int(), teachers: z.object({ people: z.int(), inForce: z.int() }),
  certificates: z.object({ reported: states.describe('on the day of the report'), now: states }), evidence: z.int(), later: z.string().nullable(), entry: z.int(),
})

const checked = ({ report: one, ...check }: ReportCheck): z.infer<typeof checkShape> => ({
  state: check.state, number: check.number, sha256: check.sha256, college: one.college.names, course: one.edition.course, edition: one.edition.number, guideline: one.edition.guideline.id,
  studyYear: one.studyYear, issuedOn: one.issuedOn, signatory: one.signatory, hours: one.hours.college.all, groups: one.students.groups, students: one.students.students,
  teachers: { people: one.teachers.people, inForce: one.teachers.inForce }, certificates: { reported: one.teachers.states, now: check.now }, evidence: one.evidence, later: check.later?.number ?? null, entry: check.entry,
})

/** The form that is asked for, by `format` or else by what the caller accepts. */
const formOf = (accept: string | null): (typeof formats)[number] => formats.find((one) => (accept ?? '').includes(types[one])) ?? 'json'

/** A report as a file in one of its forms, named by its number. */
export async function reportFile(signed: SignedReport, format: 'pdf' | 'xlsx', { origin, locale }: { origin: string; locale: 'kk' | 'ru' | 'en' }): Promise<{ file: Uint8Array<ArrayBuffer>; type: string; headers: Record<string, string> }> {
  const file = format === 'pdf' ? drawReport(signed, origin) : await reportWorkbook(signed, locale)
  const headers = { 'Content-Disposition': `attachment; filename="${signed.report.number}.${format}"`, 'Content-Security-Policy': "default-src 'none'; sandbox", 'X-Content-Type-Options': 'nosniff' }
  return { file: new Uint8Array(file), type: types[format], headers }
}

export const adoptionReportCalls = [
  call({
    method: 'GET', path: '/adoptions/{id}/report', summary: 'The signed report of an adoption that counts, as JSON, PDF or XLSX: by `format` or by Accept', who: readers,
    params: z.object({ id: z.uuid() }), query: z.object({ format: z.enum(formats).optional(), studyYear: z.coerce.number().int().min(2000).max(2100).optional() }),
    answers: { 200: signedShape },
    async run({ db, actor, params, query, headers, environment, locale }): Promise<Answer> {
      const signed = await latestReport(db, actor, { adoptionId: params.id, studyYear: query.studyYear })
      const format = query.format ?? formOf(headers.get('accept'))
      if (format !== 'json') return { status: 200, ...(await reportFile(signed, format, { origin: environment.origin, locale })) }
      return { status: 200, json: { sha256: signed.sha256, report: signed.report, holders: Object.fromEntries(signed.holders), later: signed.later } satisfies z.infer<typeof signedShape> }
    },
  }),
  call({
    method: 'GET', path: '/adoption-reports', summary: 'Signed adoption reports: a college’s own, or all; the latest first', who: readers,
    query: listReportsInput, answers: { 200: z.object({ items: z.array(listedShape), cursor: z.string().nullable() }) },
    async run({ db, actor, query }) {
      const { items, cursor } = await listReports(db, actor, query)
      return { status: 200, json: { items: items.map(({ titles: _, ...one }) => one), cursor } }
    },
  }),
  call({
    method: 'GET', path: '/adoption-reports/{code}', summary: 'Check an adoption report by its public code: its figures, and no name', who: ['anyone'],
    params: z.object({ code: z.string().max(100) }), answers: { 200: checkShape },
    async run({ db, params, address }) {
      const check = await checkReport(db, params.code)
      if (!check) {
        if (readCode(params.code)) await takeLimit(db, 'verify', address, { max: 60, seconds: 60 })
        throw new Refusal('adoption-report.unknown')
      }
      return { status: 200, json: checked(check), headers: { 'X-Robots-Tag': 'noindex' } }
    },
  }),
]
