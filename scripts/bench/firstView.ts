import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { row, type Row } from './measure.ts'
import type { Bench } from './stage.ts'

const browserPath = '/usr/bin/chromium'
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** Bytes over the wire, bytes of script and requests of a lesson's first view with an empty cache, as Chromium counts them. */
export async function benchFirstView(stage: Bench): Promise<Row[]> {
  if (!existsSync(browserPath)) return []
  const browser = await chromium.launch({ executablePath: browserPath, args: flags })
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  await context.addCookies([{ name: 'besik', value: stage.traineeToken, url: stage.origin }])
  const page = await context.newPage()
  const wire = await context.newCDPSession(page)
  await wire.send('Network.enable')
  const types = new Map<string, string>()
  let bytes = 0
  let script = 0
  wire.on('Network.responseReceived', ({ requestId, type }) => void types.set(requestId, type))
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes += encodedDataLength
    if (types.get(requestId) === 'Script') script += encodedDataLength
  })
  await page.goto(stage.origin + (await stage.lessonPath()), { waitUntil: 'networkidle' })
  await browser.close()
  return [
    row('first view of a lesson: bytes over the wire', '-', bytes / 1024, 60, 'KB', '≤ 60'),
    row('first view of a lesson: script', '-', script / 1024, 15, 'KB', '≤ 15'),
    row('first view of a lesson: requests', '-', types.size, 8, 'requests', '≤ 8'),
  ]
}
