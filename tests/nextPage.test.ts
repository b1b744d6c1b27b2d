import { expect, test } from 'vitest'
import { nextPage } from '#src/nextPage.ts'

test.each(['/kk', '/ru/learn', '/en/cohorts?course=imci&from=2027-03-01', '/kk/centre/cohorts/0f0e/attendance'])('%s is a page of ours', (path) => expect(nextPage(path)).toBe(path))

test.each([
  'https://evil.example/', '//evil.example', '/\\evil.example', '/kk//evil.example', '/kk/\\evil.example', '/kk\t/evil', 'javascript:alert(1)', '/de/learn', '/api/v1/me', 'kk/learn', '', `/kk/${'x'.repeat(600)}`, null, undefined, 5,
])('%j leads nowhere', (path) => expect(nextPage(path)).toBeUndefined())
