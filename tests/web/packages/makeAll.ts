import { readFileSync, writeFileSync } from 'node:fs'
import type { packageFormats, packageLocales } from '#db/schema/index.ts'
import { smallMegabytes } from '#modules/packages/makeApart.ts'
import { makePackage, type Making, rememberBooks } from '#modules/packages/make.ts'

// Makes packages of one edition in a process of its own, as a server has them made, and tells of each how long it took and how much
// memory the process had at most while it was being made.

export type Wanted = { making: Omit<Making, 'locale' | 'format'>; forms: (readonly [locale: (typeof packageLocales)[number], format: (typeof packageFormats)[number]])[] }
export type Told = { locale: Making['locale']; format: Making['format']; sha256: string; bytes: number; milliseconds: number; megabytes: number; fault: string | null }

/** The most memory that this process has had since it was last forgotten: Linux tells it of the process alone. Elsewhere, of its whole life. */
function mostMegabytes(): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024
  } catch {
    return process.resourceUsage().maxRSS / 1024
  }
}
function forgetMost() {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // The most of its whole life is more than the most since now.
  }
}

process.once('message', async ({ making, forms }: Wanted) => {
  const read = rememberBooks()
  const told: Told[] = []
  for (const [locale, format] of forms) {
    forgetMost()
    const started = performance.now()
    const made = await makePackage({ ...making, locale, format }, read).catch((error: unknown) => ({ sha256: '', bytes: 0, fault: error instanceof Error ? `${error.message} ${JSON.stringify((error as { facts?: unknown }).facts ?? '')}` : String(error) }))
    told.push({ locale, format, sha256: made.sha256, bytes: made.bytes, milliseconds: performance.now() - started, megabytes: mostMegabytes(), fault: 'fault' in made ? made.fault : null })
    // As a server does: one that has grown is not used again.
    if (process.memoryUsage.rss() / 2 ** 20 > smallMegabytes) break
  }
  process.send!(told, () => process.exit())
})
