import { z } from 'zod'
import { courseSlug, editionAt } from '#modules/courses/index.ts'
import { openPackage, packageFormats, packageLocales, packagesOf } from '#modules/packages/index.ts'
import { found } from '#modules/refusal.ts'
import { type Answer, call } from './call.ts'

export const packageCalls = [
  call({
    method: 'GET', path: '/packages', summary: 'Packages of the curriculum that colleges can download', who: ['anyone'],
    query: z.object({ course: courseSlug.optional() }),
    answers: {
      200: z.object({
        items: z.array(z.object({
          course: z.string(), edition: z.int(), version: z.string(), locale: z.enum(packageLocales), format: z.enum(packageFormats), bytes: z.int(), sha256: z.string(), builtAt: z.iso.datetime(),
          gated: z.boolean().describe('Holds keys or notes of those who teach: for staff of colleges alone'), href: z.string(),
        })),
        cursor: z.null(),
      }),
    },
    async run({ db, actor, query }) {
      const items = (await packagesOf(db, actor, query)).map(({ course, edition, version, locale, format, bytes, sha256, builtAt, gated }) =>
        ({ course, edition, version, locale, format, bytes, sha256, builtAt: builtAt.toISOString(), gated, href: `/api/v1/packages/${course}/${edition}/${locale}/${format}` }))
      return { status: 200, json: { items, cursor: null } }
    },
  }),
  call({
    method: 'GET', path: '/packages/{course}/{edition}/{locale}/{format}', summary: 'A package; what holds keys only for staff of colleges', who: ['anyone'],
    params: z.object({ course: courseSlug, edition: z.coerce.number().int().min(1).max(999_999), locale: z.enum(packageLocales), format: z.enum(packageFormats) }),
    answers: { 200: 'application/octet-stream' },
    async run({ db, actor, params, headers }): Promise<Answer> {
      const { id: editionId } = await editionAt(db, params.course, params.edition)
      const one = found((await packagesOf(db, actor, { course: params.course })).find((some) => some.editionId === editionId && some.locale === params.locale && some.format === params.format))
      const etag = `"${one.sha256}"`
      if (one.mine && headers.get('if-none-match') === etag) return { status: 304, headers: { ETag: etag } }
      const { body, type, fileName, sha256 } = await openPackage(db, actor, { packageId: one.id })
      return { status: 200, file: new Uint8Array(body), type, headers: { ETag: etag, 'Content-Disposition': `attachment; filename="${fileName}"`, 'X-Content-SHA256': sha256 } }
    },
  }),
]
