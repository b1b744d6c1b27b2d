import { z } from 'zod'
import { achievement, achievementInput, badgeOf } from '#modules/certificates/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { call } from './call.ts'
import { unknown } from './certificates.ts'

/** The media type that Open Badges 3.0 names for credentials with an embedded proof. */
const credentialType = 'application/vc+ld+json'

const achievementShape = z.object({
  '@context': z.array(z.url()), id: z.url(), type: z.array(z.string()), achievementType: z.string(), name: z.string(), description: z.string(),
  criteria: z.object({ id: z.url(), narrative: z.string() }), creditsAvailable: z.number().optional(), humanCode: z.string(), version: z.string(), inLanguage: z.string(),
  tag: z.array(z.string()), related: z.array(z.object({ id: z.url(), type: z.array(z.string()), inLanguage: z.string(), version: z.string() })),
})

export const badgeCalls = [
  call({
    method: 'GET', path: '/certificates/{code}/badge', summary: 'The Open Badges 3.0 credential of a certificate, with its proof (eddsa-rdfc-2022): the same text every time', who: ['anyone'],
    params: z.object({ code: z.string().max(100) }), answers: { 200: credentialType },
    async run({ db, params, address }) {
      const { serial, badge } = await badgeOf(db, params.code).catch((error: unknown) => {
        if (error instanceof Refusal && error.code === 'certificate.unknown') return unknown(db, params.code, address)
        throw error
      })
      const headers = { 'Content-Disposition': `attachment; filename="${serial}.json"`, 'Content-Security-Policy': "default-src 'none'; sandbox", 'X-Robots-Tag': 'noindex' }
      return { status: 200, file: new TextEncoder().encode(badge), type: credentialType, headers }
    },
  }),
  call({
    method: 'GET', path: '/achievements/{course}/{edition}/{kind}/{locale}', summary: 'What credentials name as their achievement: one for each edition, kind of certificate and language', who: ['anyone'],
    params: achievementInput, answers: { 200: achievementShape }, cache: 'public, max-age=300',
    run: async ({ db, params }) => ({ status: 200, json: await achievement(db, params) }),
  }),
]
