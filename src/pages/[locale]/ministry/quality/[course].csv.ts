import type { APIRoute } from 'astro'
import { courseSlug } from '#modules/courses/index.ts'
import { exportQuality } from '#modules/quality/index.ts'
import { found } from '#modules/refusal.ts'
import { askedQuality } from '#src/askedQuality.ts'
import { download } from '#src/download.ts'

/** The quality page of a course as a file. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor, locale }, params, url }) =>
  download(await exportQuality(db, actor, { ...askedQuality(url.searchParams), course: found(courseSlug.safeParse(params['course']).data), format: 'csv', locale }))
