import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, vi } from 'vitest'

process.env['DATA_DIR'] = inject('folder')
process.env['KEYS_DIR'] = join(inject('folder'), 'keys')
process.env['TZ'] = 'UTC'
const demonstration = inject('demonstration')
if (demonstration) process.env['DEMONSTRATION'] = demonstration

// An unexpected error on the console is a failure, not noise.
beforeEach(() => {
  vi.spyOn(console, 'error')
})
afterEach(() => {
  expect(console.error).not.toHaveBeenCalled()
})
