import { z } from 'zod'
import { courseSlug, editionAt } from '#modules/courses/index.ts'
import { askPackage, openPackage, packageAt, packageFormats, packageLocales, packagesOf } from '#modules/packages/index.ts'
import { type Answer, call } from './call.ts'
import { begins } from './part.ts'

const editionNumber = z.coerce.number().int().min(1).max(999_999)
const version = z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/).describe('An older version than the one that stands')
const hrefOf = (course: string, edition: number, { locale, format }: { locale: string; format: string }) => `/api/v1/packages/${course}/${edition}/${locale}/${format}`

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
      const items = (await packagesOf(db, actor, query)).map(({ course, edition, version: number, locale, format, bytes, sha256, builtAt, gated }) =>
        ({ course, edition, version: number, locale, format, bytes, sha256, builtAt: builtAt.toISOString(), gated, href: hrefOf(course, edition, { locale, format }) }))
      return { status: 200, json: { items, cursor: null } }
    },
  }),
  call({
    method: 'GET', path: '/packages/{course}/{edition}/{locale}/{format}', summary: 'A package, whole or in parts (Range); what holds keys only for staff of colleges', who: ['anyone'],
    params: z.object({ course: courseSlug, edition: editionNumber, locale: z.enum(packageLocales), format: z.enum(packageFormats) }),
    query: z.object({ version: version.optional() }),
    answers: { 200: 'application/octet-stream', 206: 'application/octet-stream', 304: null, 416: null },
    async run({ db, actor, params, query, headers, method }): Promise<Answer> {
      const { id: editionId } = await editionAt(db, params.course, params.edition)
      const one = await packageAt(db, { editionId, locale: params.locale, format: params.format, version: query.version })
      const etag = `"${one.sha256}"`
      const known = names(headers.get('if-none-match'), etag)
      const { path, bytes, type, fileName, sha256 } = await openPackage(db, actor, { packageId: one.id, counts: !known && begins({ method, headers }, etag) })
      if (known) return { status: 304, headers: { ETag: etag } }
      return { status: 200, path, size: bytes, type, headers: { ETag: etag, 'Content-Disposition': `attachment; filename="${fileName}"`, 'X-Content-SHA256': sha256 } }
    },
  }),
  call({
    method: 'POST', path: '/packages', summary: 'Asks for a package to be made; it is made in the background', who: ['college', 'trainer', 'coordinator', 'administrator'],
    body: z.object({ course: courseSlug, edition: editionNumber, locale: z.enum(packageLocales), format: z.enum(packageFormats) }),
    answers: {
      200: z.object({ state: z.literal('made'), href: z.string(), sha256: z.string() }),
      202: z.object({ state: z.literal('waiting'), href: z.string(), before: z.int().describe('How many are made first') }),
    },
    async run({ db, actor, body }) {
      const { id: editionId } = await editionAt(db, body.course, body.edition)
      const asked = await askPackage(db, actor, { editionId, locale: body.locale, format: body.format })
      const href = hrefOf(body.course, body.edition, body)
      return asked.made ? { status: 200, json: { state: 'made', href, sha256: asked.made.sha256 } } : { status: 202, json: { state: 'waiting', href, before: asked.before } }
    },
  }),
]

/** Whether a list of entity tags names this one. Compared weakly, as a condition on reading asks for (RFC 9110, 13.1.2). */
const names = (list: string | null, etag: string) => list !== null && list.split(',').some((one) => [etag, `W/${etag}`, '*'].includes(one.trim()))
