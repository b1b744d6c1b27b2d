import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { unzipSync } from 'fflate'

// A learning system that speaks SCORM 1.2, as a college has it: scorm-again in a page that shows a package in a frame. It is
// served from memory to a browser whose network is off.

const origin = 'http://learning-system.invalid'
const runtime = readFileSync(createRequire(import.meta.url).resolve('scorm-again/scorm12/min'), 'utf8')
const types: Record<string, string> = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', xml: 'application/xml' }

/** What the system has kept of a learner: the data model of SCORM, with names as the standard has them. */
export type Kept = { suspend_data: string; core: { lesson_location: string; lesson_status: string; exit: string; session_time: string; score: { raw: string; min: string; max: string } } }
/** A call of the package: its name and words, what it got, and the system's error afterwards. */
export type Call = { name: string; args: string[]; result: string; error: string }

/** Every call is written down with its error; what is committed or finished is kept for the next launch. */
const host = (launch: string, kept: Kept | null) => `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Learning system</title><script src="/scorm-again.js"></script></head><body><script>
const api = new Scorm12API({ autocommit: false, logLevel: 5 });
const kept = ${JSON.stringify(kept)};
if (kept) api.loadFromJSON({ suspend_data: kept.suspend_data, core: { lesson_location: kept.core.lesson_location, lesson_status: kept.core.lesson_status, score: kept.core.score, entry: kept.core.exit === 'suspend' ? 'resume' : '' } });
window.calls = [];
window.kept = kept;
window.API = Object.fromEntries(['LMSInitialize', 'LMSFinish', 'LMSGetValue', 'LMSSetValue', 'LMSCommit', 'LMSGetLastError', 'LMSGetErrorString', 'LMSGetDiagnostic'].map((name) => [name, (...args) => {
  const before = name === 'LMSFinish' ? api.renderCommitCMI(true) : null;
  const result = String(api[name](...args));
  const error = String(api.LMSGetLastError());
  window.calls.push({ name, args: args.map(String), result, error });
  if (name === 'LMSCommit') window.kept = structuredClone(api.renderCommitCMI(false).cmi);
  if (before) window.kept = structuredClone(before.cmi);
  return result;
}]));
</script><iframe id="package" src="/package/${launch}" width="360" height="640" title="Package"></iframe></body></html>`

/** A learner's visits to one package. `elsewhere` are addresses that it asked for and that are not its own files. */
export class LearningSystem {
  readonly elsewhere: string[] = []
  readonly complaints: string[] = []
  kept: Kept | null = null
  private readonly context: BrowserContext
  private readonly files: Map<string, Buffer>
  private readonly launch: string
  private page: Page | null = null

  private constructor(context: BrowserContext, bytes: Uint8Array) {
    this.context = context
    this.files = new Map(Object.entries(unzipSync(bytes)).map(([path, content]) => [path, Buffer.from(content)]))
    this.launch = /<resource [^>]*adlcp:scormtype="sco"[^>]* href="([^"]+)"/.exec(String(this.files.get('imsmanifest.xml')))![1]!
  }

  /** Takes a package over: its own files can be had from now on, and nothing else in the world. */
  static async take(browser: Browser, bytes: Uint8Array): Promise<LearningSystem> {
    const context = await browser.newContext({ viewport: { width: 400, height: 720 }, offline: true })
    const system = new LearningSystem(context, bytes)
    await context.route('**/*', (route) => {
      const url = new URL(route.request().url())
      const path = decodeURIComponent(url.pathname)
      if (url.origin === origin && path === '/') return route.fulfill({ contentType: types['html']!, body: host(system.launch, system.kept) })
      if (url.origin === origin && path === '/scorm-again.js') return route.fulfill({ contentType: types['js']!, body: runtime })
      const file = url.origin === origin && path.startsWith('/package/') ? system.files.get(path.slice('/package/'.length)) : undefined
      if (file) return route.fulfill({ contentType: types[path.split('.').at(-1)!] ?? 'application/octet-stream', body: file })
      if (!path.endsWith('/favicon.ico')) system.elsewhere.push(url.href)
      return route.abort()
    })
    return system
  }

  /** Starts the package, or goes on with it; answers the frame that shows it. */
  async start(): Promise<Frame> {
    this.page = await this.context.newPage()
    this.page.setDefaultTimeout(15_000)
    this.page.on('pageerror', (error) => this.complaints.push(error.message))
    this.page.on('console', (message) => message.type() === 'error' && this.complaints.push(message.text()))
    await this.page.goto(origin, { waitUntil: 'load' })
    const frame = this.page.frames().find((one) => one.url().includes('/package/'))!
    await frame.waitForLoadState('load')
    return frame
  }

  /** What the system has heard from the package since it was started. */
  calls = () => this.page!.evaluate(() => (globalThis as unknown as { calls: Call[] }).calls)
  /** What it would keep if the power went now. */
  committed = () => this.page!.evaluate(() => (globalThis as unknown as { kept: Kept }).kept)

  /** Goes on to another page of the system, as a learner does, without a word to the package. */
  async leave(): Promise<Call[]> {
    await this.page!.evaluate(() => new Promise<void>((done) => {
      const frame = document.querySelector('iframe')!
      frame.addEventListener('load', () => done(), { once: true })
      frame.src = 'about:blank'
    }))
    const calls = await this.calls()
    this.kept = await this.committed()
    await this.page!.close()
    return calls
  }

  end = () => this.context.close()
}
