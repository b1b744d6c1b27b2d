import { z } from 'zod'
import type { Consent } from './rules.ts'

const form = /^([1-9]\d{0,8}):(iin|changes|facility:([0-9a-f-]{36}))$/

/**
 * What somebody agreed to, line by line: `5:iin` puts lost zeros back, `8:changes` takes a known person's changes over,
 * `12:facility:<id>` says which workplace was meant there
 * and on every later line that writes it so. Lines are those of the file whose digest is named beside.
 */
export const confirmedInput = z.array(z.string().regex(form)).max(300_000).optional()

export function consentsOf(confirmed: readonly string[] = []): Map<number, Consent> {
  const consents = new Map<number, Consent>()
  for (const text of confirmed) {
    const [, line, what, facilityId] = form.exec(text)!
    const consent = consents.get(Number(line)) ?? { iin: false, changes: false, facilityId: null }
    if (facilityId) consent.facilityId = facilityId
    else consent[what as 'iin' | 'changes'] = true
    consents.set(Number(line), consent)
  }
  return consents
}
