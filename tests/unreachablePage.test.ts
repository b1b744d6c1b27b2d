import { expect, test } from 'vitest'
import { locales, t } from '#modules/words/index.ts'
import { unreachablePage } from '#src/unreachablePage.ts'

test.for(locales)('in %s a check that can’t be made says so, is kept by nobody, and gives no answer that could be taken for one', async (locale) => {
  const page = unreachablePage(locale, 'https://besik.example', 'request-1')
  expect(page.status).toBe(503)
  expect([page.headers.get('cache-control'), page.headers.get('x-robots-tag'), page.headers.get('retry-after')]).toEqual(['no-store', 'noindex', '30'])
  const text = await page.text()
  const headings = [...text.matchAll(/<h1>(.*?)<\/h1>/g)].map((found) => found[1])
  expect(headings).toEqual([t(locale, 'verify.unreachable')])
  for (const state of ['valid', 'expired', 'revoked', 'replaced', 'unconfirmed', 'unknown'] as const) expect(headings).not.toContain(t(locale, `certificate.state.${state}`))
  expect(text).toContain('<code>https://besik.example/</code>')
  expect(text).toContain('data-state="unreachable"')
  expect(text).not.toMatch(/<script|style=/)
})
