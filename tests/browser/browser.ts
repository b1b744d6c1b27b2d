import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { test as base } from 'vitest'
import { type Facts, type Key, type Locale, t } from '#modules/words/index.ts'
import { built, type Server, startServer } from '#tests/server.ts'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
const program = places.find((path) => existsSync(path))

/** Whether a browser and a built site are there; what a test's name says when they are not. */
export const able = program !== undefined && built
export const needs = able ? '' : ' (needs Chromium and the built site)'

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: program!, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })

export const password = 'besik-demo-2026'
const patience = 15_000

/** `still` is somebody who asked for less motion: what glides under a finger costs time, and now and then the tap. */
type Device = { locale?: Locale; width?: 360 | 1280; dark?: boolean; javaScript?: boolean; still?: boolean }
type Words = Key | { text: string }

/** Somebody at a device, who finds things as people do: by the words on the page and by what they are, never by CSS. */
export class Reader {
  readonly context: BrowserContext
  readonly page: Page
  readonly origin: string
  locale: Locale
  /** What the browser complained about: errors of the console, broken policies, exceptions, parts that did not load. */
  readonly complaints: string[]

  private constructor(context: BrowserContext, page: Page, origin: string, locale: Locale, complaints: string[] = []) {
    this.complaints = complaints
    this.context = context
    this.page = page
    this.origin = origin
    this.locale = locale
    page.setDefaultTimeout(patience)
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error.message}`))
    page.on('console', (message) => {
      // A document that refuses is no complaint; what a document asks for and does not get is told below.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) this.complaints.push(`${page.url()}: ${message.text()}`)
    })
    page.on('response', (response) => {
      if (response.status() >= (response.request().resourceType() === 'document' ? 500 : 400)) this.complaints.push(`${response.status()} ${response.url()}`)
    })
  }

  static async arrive(browser: Browser, server: { origin: string }, { locale = 'en', width = 1280, dark = false, javaScript = true, still = false }: Device = {}): Promise<Reader> {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: dark ? 'dark' : 'light', reducedMotion: still ? 'reduce' : 'no-preference', javaScriptEnabled: javaScript, hasTouch: width === 360, locale: { kk: 'kk-KZ', ru: 'ru-KZ', en: 'en-GB' }[locale], timezoneId: 'Asia/Qyzylorda' })
    return new Reader(context, await context.newPage(), server.origin, locale)
  }

  /** Another tab of the same device. */
  anotherTab = async () => new Reader(this.context, await this.context.newPage(), this.origin, this.locale, this.complaints)

  t = (key: Key, facts?: Facts) => t(this.locale, key, facts)
  private say = (words: Words, facts?: Facts) => (typeof words === 'string' ? this.t(words, facts) : words.text)

  /** Goes to a page of the reader's language; answers its status. */
  async open(path: string): Promise<number> {
    const response = await this.page.goto(`${this.origin}/${this.locale}${path}`, { waitUntil: 'load' })
    return response!.status()
  }

  /** The address after the language. */
  get path() {
    return new URL(this.page.url()).pathname.replace(/^\/(kk|ru|en)(?=\/|$)/, '')
  }

  button = (words: Words, facts?: Facts): Locator => this.page.getByRole('button', { name: this.say(words, facts), exact: true })
  link = (words: Words, facts?: Facts): Locator => this.page.getByRole('link', { name: this.say(words, facts), exact: true })
  heading = (words: Words, facts?: Facts): Locator => this.page.getByRole('heading', { name: this.say(words, facts), exact: true })
  region = (words: Words, facts?: Facts): Locator => this.page.getByRole('region', { name: this.say(words, facts), exact: true })

  /** A field by its label, whether or not the label says that it may stay empty. */
  field(words: Words, facts?: Facts): Locator {
    const label = this.say(words, facts)
    return this.page.getByLabel(label, { exact: true }).or(this.page.getByLabel(`${label} (${this.t('field.optional')})`, { exact: true }))
  }

  /** Chooses a radio button by its key: for the many that are chosen on the way to what is tested. */
  async choose(radio: Locator): Promise<void> {
    await radio.press('Space')
    if (!(await radio.isChecked())) throw new Error(`${this.page.url()}: ${radio} can’t be chosen by key`)
  }

  /** Presses a button or link that leads to a page, and waits for that page. */
  async follow(locator: Locator): Promise<void> {
    await Promise.all([this.page.waitForEvent('load', { timeout: 2 * patience }), locator.click({ timeout: 2 * patience })])
  }
  press = (words: Words, facts?: Facts) => this.follow(this.button(words, facts))
  go = (words: Words, facts?: Facts) => this.follow(this.link(words, facts))

  /** Waits until a text can be seen, and otherwise says what can. */
  async sees(words: Words, facts?: Facts, within: Locator | Page = this.page): Promise<void> {
    const text = this.say(words, facts)
    const found = within.getByText(text).filter({ visible: true }).first()
    await found.waitFor({ timeout: patience }).catch(async () => {
      const shown = await this.page.getByRole('main').innerText().catch(() => '')
      throw new Error(`${this.page.url()} does not show «${text}» but:\n${shown.slice(0, 3000)}`)
    })
  }

  /** True when a text can be seen now. */
  async shows(words: Words, facts?: Facts): Promise<boolean> {
    return (await this.page.getByText(this.say(words, facts)).filter({ visible: true }).count()) > 0
  }

  async signIn(login: string, secret = password): Promise<void> {
    await this.open('/sign-in')
    await this.field('sign-in.login').fill(login)
    await this.field('sign-in.password').fill(secret)
    await this.press('session.sign-in')
  }

  /** A call of the JSON API with this reader's session, where the page is not what is tested. */
  async send(method: string, path: string, json?: unknown): Promise<unknown> {
    const response = await this.context.request.fetch(`${this.origin}/api/v1${path}`, { method, headers: { origin: this.origin }, ...(json === undefined ? {} : { data: json }) })
    if (!response.ok()) throw new Error(`${method} ${path} answered ${response.status()}: ${await response.text()}`)
    return response.status() === 204 ? undefined : response.json()
  }

  /** Signs in without the form, where signing in is not what is tested. */
  async carrySession(login: string): Promise<this> {
    const response = await this.context.request.post(`${this.origin}/en/sign-in?_action=people.signIn`, { form: { login, password }, headers: { origin: this.origin }, maxRedirects: 0 })
    if (response.status() !== 303) throw new Error(`${login} could not sign in: ${response.status()}`)
    return this
  }
}

/** A new device, with nobody signed in. */
export type Arrive = (server: { origin: string }, device?: Device) => Promise<Reader>

/** `test` with readers, whose browsers must not have complained at the end, and a built server for the file that asks for it. */
export const test = base.extend<{ $test: { arrive: Arrive }; $file: { browser: Browser; server: Server } }>({
  browser: [
    async ({}, use) => {
      const browser = await openBrowser()
      await use(browser)
      await browser.close()
    },
    { scope: 'file' },
  ],
  server: [
    async ({}, use) => {
      const server = await startServer()
      await use(server)
      const { exitCode, signalCode } = server.process
      await server.stop()
      if (exitCode !== null || signalCode !== null) throw new Error(`the server ended by itself (${signalCode ?? exitCode}):\n${server.output().slice(-2000)}`)
    },
    { scope: 'file' },
  ],
  arrive: [
    async ({ browser }, use) => {
      const readers: Reader[] = []
      await use(async (server, device) => {
        const reader = await Reader.arrive(browser, server, device)
        readers.push(reader)
        return reader
      })
      for (const reader of readers) await reader.context.close()
      const complaints = readers.flatMap((reader) => reader.complaints)
      if (complaints.length > 0) throw new Error(`the browser complained:\n${complaints.join('\n')}`)
    },
    { scope: 'test' },
  ],
})
export { describe, expect } from 'vitest'
