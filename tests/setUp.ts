import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, vi } from 'vitest'
import { forgetEnvironment } from '#db/environment.ts'

// Test files share a process and the keys, but not what is uploaded and published.
process.env['DATA_DIR'] = mkdtempSync(join(inject('folder'), 'data-'))
process.env['KEYS_DIR'] = join(inject('folder'), 'keys')
process.env['TZ'] = 'UTC'
// Nor a key for PDFs that another file has made.
for (const name of ['SIGNING_P12', 'SIGNING_P12_PASSWORD_FILE']) delete process.env[name]
forgetEnvironment()
const demonstration = inject('demonstration')
if (demonstration) process.env['DEMONSTRATION'] = demonstration

// An unexpected error on the console is a failure, not noise.
beforeEach(() => {
  vi.spyOn(console, 'error')
})
afterEach(() => {
  expect(console.error).not.toHaveBeenCalled()
})
