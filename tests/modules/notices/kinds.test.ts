import { readFileSync } from 'node:fs'
import { isNoticeKind, isReadable } from '#modules/notices/index.ts'
import { locales } from '#modules/words/index.ts'
import { describe, expect, test } from '#tests/database.ts'

const words = Object.fromEntries(locales.map((locale) => [locale, JSON.parse(readFileSync(`content/interface/${locale}.json`, 'utf8')) as Record<string, string>]))
const kinds = Object.keys(words['en']!).flatMap((key) => /^notice\.(.+)\.subject$/.exec(key)?.[1] ?? [])

describe('kinds of letters', () => {
  test('seat, queue, offer, change, cancellation, reminder, certificate: there is one of each', () => {
    expect(kinds).toEqual(expect.arrayContaining([
      'cohort.seated', 'cohort.promoted', 'cohort.queued', 'cohort.offered', 'cohort.offer-ended', 'cohort.moved', 'cohort.cancelled', 'cohort.reminder', 'certificate.issued', 'certificate.replaced', 'certificate.revoked',
    ]))
  })

  test('each has a subject, a body and a name for the log in every language', () => {
    const missing = kinds.flatMap((kind) => ['subject', 'body', 'name'].flatMap((part) => locales.filter((locale) => !words[locale]![`notice.${kind}.${part}`]).map((locale) => `${locale} ${kind}.${part}`)))
    expect(missing).toEqual([])
    expect(kinds.filter((kind) => !isNoticeKind(kind))).toEqual([])
    expect(isNoticeKind('cohort.abolished')).toBe(false)
  })

  test('what opens an account is read nowhere but in the mailbox', () => {
    expect(['account.invitation', 'account.reset', 'account.something-new'].filter(isReadable)).toEqual([])
    // Every other body leads to a page by its address, which asks who is there; none names a token or a code.
    const open = kinds.filter(isReadable)
    expect(open.filter((kind) => /\{(?:token|code|password|secret|until)\}/.test(words['en']![`notice.${kind}.body`]!) && kind.startsWith('account.'))).toEqual([])
    expect(open.filter((kind) => kind.startsWith('account.') && words['en']![`notice.${kind}.body`]!.includes('{link}'))).toEqual([])
  })
})
