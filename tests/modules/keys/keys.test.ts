import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, statSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createKeys, haveKeys, keyedHash, MissingKeys, openKeys, publicHalf, seal, signedBy, signWith, subjectOf, unseal } from '#modules/keys/index.ts'

describe('a sealed value', () => {
  const iin = '791028302728'

  test('opens at its place only: moved to another row or column it does not', () => {
    const sealed = seal(iin, 'persons|iin|a')
    expect(unseal(sealed, 'persons|iin|a')).toBe(iin)
    for (const elsewhere of ['persons|iin|b', 'persons|passport|a', '']) expect(() => unseal(sealed, elsewhere)).toThrow()
  })

  test('does not open when any byte of it was changed, or when it was cut off', () => {
    const sealed = seal(iin, 'here')
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed)
      changed[at]! ^= 1
      expect(() => unseal(changed, 'here'), `byte ${at}`).toThrow()
    }
    expect(() => unseal(sealed.subarray(0, -1), 'here')).toThrow()
  })

  test('looks different each time and says nothing of what it holds', () => {
    const [one, other] = [seal(iin, 'here'), seal(iin, 'here')]
    expect(one.equals(other)).toBe(false)
    expect(one.includes(iin)).toBe(false)
  })
})

describe('a signature', () => {
  const message = Buffer.from('statement')

  test('holds under the key of its purpose and no other, for these bytes and no others', () => {
    const { kid, signature } = signWith('certificate', message)
    expect(kid).toBe(publicHalf('certificate').kid)
    expect(signedBy(publicHalf('certificate').spki, message, signature)).toBe(true)
    expect(signedBy(publicHalf('checkpoint').spki, message, signature)).toBe(false)
    expect(signedBy(publicHalf('certificate').spki, Buffer.from('statemenT'), signature)).toBe(false)
    expect(signedBy(publicHalf('certificate').spki, message, signature.subarray(1))).toBe(false)
  })

  test('under what is no key, or a key of another kind, is none, and nothing is thrown', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const spki = rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    expect(signedBy('not a key', message, Buffer.alloc(64))).toBe(false)
    expect(signedBy(spki, message, signWith('certificate', message).signature)).toBe(false)
    expect(signedBy(publicHalf('certificate').spki, message, sign('sha256', message, rsa.privateKey))).toBe(false)
  })
})

test('a keyed hash is of its secret: one of them tells nothing about another', () => {
  expect(keyedHash('lookup', 'x').equals(keyedHash('lookup', 'x'))).toBe(true)
  expect(keyedHash('lookup', 'x').equals(keyedHash('subject', 'x'))).toBe(false)
  expect(subjectOf('x')).toMatch(/^[0-9a-f]{32}$/)
})

test('keys are made once, each readable by its owner alone, and a missing one stops the process by its name', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'besik-keys-')), 'keys')
  try {
    expect(haveKeys(folder)).toBe(false)
    createKeys(folder)
    for (const name of ['encryption.key', 'lookup.key', 'pepper.key', 'subject.key', 'certificate.pem', 'checkpoint.pem']) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o400)
    expect(() => createKeys(folder)).toThrow(/holds keys already/)
    unlinkSync(join(folder, 'pepper.key'))
    expect(() => openKeys(folder)).toThrow(MissingKeys)
    expect(() => openKeys(folder)).toThrow(/pepper\.key/)
    expect(existsSync(join(folder, 'pepper.key'))).toBe(false)
  } finally {
    rmSync(join(folder, '..'), { recursive: true, force: true })
  }
})
