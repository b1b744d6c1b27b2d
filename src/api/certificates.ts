import { z } from 'zod'
import {
  type CertificateView, fileOf, listCertificatesInput, listWithCodes, previewIssue, readCode, replaceCertificate,
  revokeCertificate, revokeCertificateInput, type Seen, serialInput, verifyCode,
} from '#modules/certificates/index.ts'
import { takeLimit } from '#modules/people/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { call } from './call.ts'
import { issuingCalls } from './issuing.ts'

const texts = z.object({ kk: z.string(), ru: z.string(), en: z.string() })
const day = z.iso.date()
const link = z.object({ serial: z.string(), code: z.string() }).nullable()
const status = z.enum(['valid', 'expired', 'revoked', 'replaced'])

const viewShape = z.object({
  status: z.enum([...status.options, 'unconfirmed']).describe('`unconfirmed`: the register contradicts its signature or the ledger; believe nothing here'),
  serial: z.string(), code: z.string(), kind: z.string(),
  holderName: z.string().nullable().describe('null after the holder’s data were erased'),
  profession: texts.nullable(), facility: texts.nullable(), erased: z.boolean(),
  course: z.string(), titles: texts, edition: z.int(), guideline: z.string(), hours: z.int(),
  approval: z.object({ body: z.string(), number: z.string(), date: z.string() }).nullable(),
  centre: z.object({ id: z.uuid(), names: texts, director: z.string().nullable() }),
  startsOn: day, endsOn: day, issuedOn: day, expiresOn: day.nullable(), demonstration: z.boolean(),
  revoked: z.object({ on: day, reason: z.string(), takenBack: z.boolean().describe('with everything that was issued together, before its holder was told'), by: z.enum(['centre', 'register']) }).nullable(),
  replaced: z.object({ on: day, by: z.enum(['centre', 'register']) }).nullable(), successor: link, predecessor: link,
  renews: link.describe('the certificate of an earlier course that this one renews'), renewedBy: link.describe('the certificate that renews this one, in force; this one keeps its own last day'), pdf: z.string().nullable(),
  signature: z.object({ state: z.enum(['holds', 'fails', 'erased']), kid: z.string(), value: z.string(), statement: z.string().nullable(), statementHash: z.string() }),
  ledger: z.object({
    entry: z.object({ seq: z.int(), at: z.iso.datetime(), kind: z.string(), body: z.string(), prev: z.string(), hash: z.string() }),
    checkpoint: z.object({ size: z.int(), root: z.string(), note: z.string() }).nullable(),
    proof: z.object({ position: z.int(), size: z.int(), path: z.array(z.string()) }).nullable(),
  }),
})

/** What everybody with the code may know, field by field. */
const shown = (one: CertificateView): z.infer<typeof viewShape> => ({
  status: one.status, serial: one.serial, code: one.code, kind: one.kind, holderName: one.holderName,
  profession: one.holder?.profession ?? null, facility: one.holder?.facility ?? null, erased: one.erased,
  course: one.course, titles: one.titles, edition: one.edition, guideline: one.guideline, hours: one.hours, approval: one.approval,
  centre: { id: one.centre.id, names: one.centre.names, director: one.centre.director },
  startsOn: one.startsOn, endsOn: one.endsOn, issuedOn: one.issuedOn, expiresOn: one.expiresOn, demonstration: one.demonstration,
  revoked: one.revoked && { on: one.revoked.on, reason: one.revoked.reason, takenBack: one.revoked.takenBack, by: one.revoked.by }, replaced: one.replaced && { on: one.replaced.on, by: one.replaced.by },
  renews: one.renewal && { serial: one.renewal.serial, code: one.renewal.code }, renewedBy: one.renewedBy && { serial: one.renewedBy.serial, code: one.renewedBy.code }, successor: one.successor, predecessor: one.predecessor, pdf: one.pdf, signature: one.signature, ledger: one.ledger,
})

const listedShape = z.object({
  serial: z.string(), code: z.string().describe('opens the public page with the holder’s name: whenever an auditor is given codes, the ledger says so'), status, personId: z.uuid(), holderName: z.string().nullable().describe('`•••` for an auditor, who sees nobody’s name in a list; null after the holder’s data were erased'), kind: z.string(), course: z.string(), edition: z.int(),
  cohort: z.uuid(), centre: z.uuid(), hours: z.int(), startsOn: day, endsOn: day, issuedOn: day, expiresOn: day.nullable(), demonstration: z.boolean(),
  successor: z.string().nullable(), predecessor: z.string().nullable(),
})

const listed = (one: Seen & { code: string }): z.infer<typeof listedShape> => ({
  serial: one.serial, code: one.code, status: one.status, personId: one.personId, holderName: one.holderName, kind: one.kind, course: one.course, edition: one.edition,
  cohort: one.cohortId, centre: one.centreId, hours: one.hours, startsOn: one.startsOn, endsOn: one.endsOn, issuedOn: one.issuedOn, expiresOn: one.expiresOn, demonstration: one.demonstration,
  successor: one.successor, predecessor: one.predecessor,
})

const eligibilityShape = z.object({
  items: z.array(z.object({
    personId: z.uuid(), name: z.string(), eligible: z.boolean(),
    unmet: z.array(z.object({ rule: z.string() }).catchall(z.union([z.string(), z.number(), z.null()]))).describe('each rule that is not met, with its facts'),
    certificate: z.object({ serial: z.string(), code: z.string(), status }).nullable(),
  })),
  cursor: z.null(),
  stopped: z.boolean().describe('an administrator has stopped all issuing'),
})

const id = z.object({ id: z.uuid() })
const bySerial = z.object({ serial: serialInput })
const byCode = z.object({ code: z.string().max(100) })

/** Counts guesses: well-formed codes that lead nowhere. A mistyped one can't be a guess. */
export async function unknown(db: Parameters<typeof takeLimit>[0], code: string, address: string): Promise<never> {
  if (readCode(code)) await takeLimit(db, 'verify', address, { max: 60, seconds: 60 })
  throw new Refusal('certificate.unknown')
}

export const certificateCalls = [
  call({
    method: 'GET', path: '/cohorts/{id}/eligibility', summary: 'Who of a cohort may get a certificate, or the rules not met', who: ['coordinator'], params: id, answers: { 200: eligibilityShape },
    async run({ db, actor, params }) {
      const { people, stopped } = await previewIssue(db, actor, { cohortId: params.id })
      return { status: 200, json: { items: people.map(({ personId, name, eligible, unmet, certificate: held }) => ({ personId, name, eligible, unmet, certificate: held && { serial: held.serial, code: held.code, status: held.status } })), cursor: null, stopped } }
    },
  }),
  ...issuingCalls,
  call({
    method: 'GET', path: '/certificates', summary: 'Certificates one may see: one’s own, those of one’s centre, or all; the latest first', who: ['signed-in'], scope: 'certificates',
    query: listCertificatesInput, answers: { 200: z.object({ items: z.array(listedShape), cursor: z.string().nullable() }) },
    async run({ db, actor, query }) {
      const { items, cursor } = await listWithCodes(db, actor, query)
      return { status: 200, json: { items: items.map(listed), cursor } }
    },
  }),
  call({
    method: 'POST', path: '/certificates/{serial}/revocation', summary: 'Revoke a certificate, for a reason that everybody will read', who: ['coordinator', 'administrator'], params: bySerial,
    body: revokeCertificateInput.pick({ reason: true }), answers: { 200: z.object({ serial: z.string(), status: z.literal('revoked'), revokedAt: z.iso.datetime() }) },
    async run({ db, actor, params, body }) {
      const { serial, revokedAt } = await revokeCertificate(db, actor, { serial: params.serial, reason: body.reason })
      return { status: 200, json: { serial, status: 'revoked', revokedAt: revokedAt.toISOString() } }
    },
  }),
  call({
    method: 'POST', path: '/certificates/{serial}/replacement', summary: 'Replace a certificate by a successor with the holder’s present name', who: ['coordinator', 'administrator'], params: bySerial,
    answers: { 200: z.object({ serial: z.string(), code: z.string(), replaces: z.string() }) },
    run: async ({ db, actor, params }) => ({ status: 200, json: await replaceCertificate(db, actor, params) }),
  }),
  call({
    method: 'GET', path: '/certificates/{code}', summary: 'Verify a certificate by its public code', who: ['anyone'], params: byCode, answers: { 200: viewShape },
    async run({ db, params, address }) {
      const view = (await verifyCode(db, params.code)) ?? (await unknown(db, params.code, address))
      return { status: 200, json: shown(view), headers: { 'X-Robots-Tag': 'noindex' } }
    },
  }),
  call({
    method: 'GET', path: '/certificates/{code}/pdf', summary: 'The PDF of a certificate: the same bytes every time', who: ['anyone'], params: byCode, answers: { 200: 'application/pdf' },
    async run({ db, params, address }) {
      const file = await fileOf(db, params.code).catch((error: unknown) => {
        if (error instanceof Refusal && error.code === 'certificate.unknown') return unknown(db, params.code, address)
        throw error
      })
      const headers = {
        'Content-Disposition': `attachment; filename="${file.serial}.pdf"`, 'Content-Security-Policy': "default-src 'none'; sandbox",
        ETag: `"${file.sha256}"`, 'X-Robots-Tag': 'noindex',
      }
      return { status: 200, file: new Uint8Array(file.pdf), type: 'application/pdf', headers }
    },
  }),
]
