import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import type { Reader } from './browser.ts'

// axe as its Playwright package brings it, but read into a page once and not for every run: most of a run was that.

const { resolve } = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'))
const source = readFileSync(resolve('axe-core/axe.min.js'), 'utf8')

const everything = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } as const
const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } as const

type Axe = { run(context: Document, options: object): Promise<{ violations: { id: string; help: string; nodes: { target: unknown[]; html: string }[] }[] }> }

/** What axe finds on a page as it stands. No page has frames, so that this is the whole of it. */
async function violations(page: Page, runOnly: typeof everything | typeof colours): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source)
  return page.evaluate(async (only) => {
    const found = await (window as unknown as { axe: Axe }).axe.run(document, { runOnly: only, resultTypes: ['violations'] })
    return found.violations.map(({ id, help, nodes }) => `${id}, ${help}: ${nodes.slice(0, 3).map(({ target, html }) => `${target.join(' ')} ${html.slice(0, 120)}`).join(' | ')}`)
  }, runOnly)
}

/** How much wider a page is than its window, in pixels, once its fonts have come or failed to. */
export const overflow = ({ page }: Reader) => page.evaluate(async () => {
  await document.fonts.ready
  return document.documentElement.scrollWidth - document.documentElement.clientWidth
})

/** What is wrong with a page as it stands: barriers that axe can find, and anything wider than the screen. */
export async function faults(reader: Reader): Promise<string[]> {
  const over = await overflow(reader)
  return [...(over > 0 ? [`${over} px too wide`] : []), ...(await violations(reader.page, everything))].map((fault) => `${reader.page.url()}: ${fault}`)
}

/** What is wrong with a page on a phone and on a desk, by day and by night, everything unfolded. */
export async function inspect(reader: Reader): Promise<string[]> {
  const { page } = reader
  const found: string[] = []
  for (const [width, colorScheme] of [[360, 'light'], [1280, 'light'], [1280, 'dark'], [360, 'dark']] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    // A colour on its way to another is neither; what has arrived may send on its way what inherits it.
    await page.evaluate(() => {
      for (let rounds = 0; rounds < 30; rounds++) {
        const moving = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity && one.playState !== 'finished')
        if (moving.length === 0) break
        for (const one of moving) one.finish()
      }
    })
    if (colorScheme === 'light') found.push(...(await shape(reader)))
    // The night changes colours alone.
    found.push(...(await violations(page, colorScheme === 'light' ? everything : colours)).map((fault) => `${width} px, ${colorScheme}: ${fault}`))
  }
  return found
}

/** What is wrong with a page's frame, everything unfolded: its language, its first heading, its width. */
export async function shape({ page, locale }: Reader): Promise<string[]> {
  const { lang, headings, over, title, width } = await page.evaluate(async () => {
    await document.fonts.ready
    for (const folded of document.querySelectorAll('details')) folded.open = true
    const { lang, scrollWidth, clientWidth } = document.documentElement
    return { lang, headings: document.querySelectorAll('h1').length, title: document.title, over: scrollWidth - clientWidth, width: clientWidth }
  })
  return [
    ...(lang === locale ? [] : [`${locale}: lang is ${lang}`]),
    ...(headings === 1 ? [] : [`${locale}: ${headings} h1`]),
    ...(over <= 0 ? [] : [`${locale}: ${over} px wider than ${width} px`]),
    ...(title.length > 8 ? [] : [`${locale}: the title is “${title}”`]),
  ]
}
