import { describe, expect, test } from 'vitest'
import { createPersonInput } from '#modules/people/index.ts'
import { parse } from '#src/parse.ts'
import { cookieAttributes, cookieName } from '#src/signedIn.ts'
import { tokenIn } from '#src/identify.ts'

describe('the session cookie', () => {
  test('over https is bound to the host, for https only, out of reach of scripts, and not sent by other sites’ forms', () => {
    expect(cookieName('https://besik.example.kz')).toBe('__Host-besik')
    expect(cookieAttributes('https://besik.example.kz')).toEqual({ path: '/', httpOnly: true, sameSite: 'lax', secure: true })
  })

  test('on a loopback http origin has another name, for a browser refuses the prefix there', () => {
    expect(cookieName('http://127.0.0.1:4321')).toBe('besik')
    expect(cookieAttributes('http://127.0.0.1:4321')).toEqual({ path: '/', httpOnly: true, sameSite: 'lax', secure: false })
  })

  test.for([
    ['__Host-besik=right', 'right'], ['other=1; __Host-besik=right; more=2', 'right'], ['x__Host-besik=wrong', null], ['besik=wrong', null], ['', null], [null, null],
  ] as const)('in %j is %j', ([cookies, token]) => {
    expect(tokenIn(cookies, 'https://besik.example.kz')).toBe(token)
  })
})

test('a form carries into a verb what its schema names, and nothing else', () => {
  const typed = JSON.parse('{"familyName":"Ким","givenName":"Оксана","role":"trainee","id":"x","passwordHash":"x","suspendedAt":null,"mergedInto":"x","grantedBy":"x","__proto__":{"steppedUp":true}}')
  const read = parse(createPersonInput, typed) as Record<string, unknown>
  expect(Object.keys(read).sort()).toEqual(['familyName', 'givenName', 'role'])
  expect(read['steppedUp']).toBeUndefined()
})
