import { z } from 'zod'
import { locales } from '#modules/words/index.ts'
import { procedureAccess, procedureAudiences, procedureKinds, procedures } from '#modules/procedures/index.ts'
import { call } from './call.ts'

const texts = z.object({ kk: z.string(), ru: z.string(), en: z.string() })

export const procedureCalls = [
  call({
    method: 'GET', path: '/procedures', summary: 'Procedures that are shared: some to read at once, some on request', who: ['anyone'],
    query: z.object({ kind: z.enum(procedureKinds).optional(), access: z.enum(procedureAccess).optional() }),
    answers: {
      200: z.object({
        items: z.array(z.object({
          procedure: z.string(), version: z.string(), changedOn: z.iso.date(), kind: z.enum(procedureKinds), audiences: z.array(z.enum(procedureAudiences)), access: z.enum(procedureAccess),
          languages: z.array(z.enum(locales)), titles: texts, summaries: texts, draft: z.boolean().describe('Not yet reviewed by a clinician'), href: texts,
        })),
        cursor: z.null(),
      }),
    },
    async run({ query }) {
      const items = procedures().filter((one) => (!query.kind || one.kind === query.kind) && (!query.access || one.access === query.access)).map(({ slug, version, changes, kind, audiences, access, fronts }) => {
        const each = (pick: (locale: (typeof locales)[number]) => string) => ({ kk: pick('kk'), ru: pick('ru'), en: pick('en') })
        return {
          procedure: slug, version, changedOn: changes[0]!.on, kind, audiences, access, languages: [...locales],
          titles: each((locale) => fronts[locale].title), summaries: each((locale) => fronts[locale].summary), draft: fronts.en.review.clinical === 'draft', href: each((locale) => `/${locale}/procedures/${slug}`),
        }
      })
      return { status: 200, json: { items, cursor: null } }
    },
  }),
]
