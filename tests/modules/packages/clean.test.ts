import { describe, expect, test } from 'vitest'
import { clean } from '#modules/packages/clean.ts'
import { parseHtml, writeXhtml } from '#modules/packages/tree.ts'

const cleaned = (html: string) => writeXhtml(clean(parseHtml(html)).nodes).trim()

describe('a text that is handed on', () => {
  test.each([
    ['keeps text, emphasis, lists and tables with their headings', '<p>a <strong>b</strong></p><ul><li>c</li></ul><table><caption>d</caption><tbody><tr><th scope="row">e</th><td>f</td></tr></tbody></table>', '<p>a <strong>b</strong></p><ul><li>c</li></ul><table><caption>d</caption><tbody><tr><th scope="row">e</th><td>f</td></tr></tbody></table>'],
    ['loses scripts, fields, buttons and what only a script fills', '<script>x()</script><div class="block-live"><input name="w"><output></output></div><p>stays</p><button>no</button>', '<p>stays</p>'],
    ['keeps a term’s word and leaves its card', '<p>Look for <span class="term"><button type="button" class="term-word" popovertarget="t">stridor</button><span popover id="t">card</span></span>.</p>', '<p>Look for stridor.</p>'],
    ['leaves the words of a link into the site, and keeps a link elsewhere', '<p><a href="/kk/learn">here</a> <a href="https://who.int/x">there</a></p>', '<p>here <a href="https://who.int/x">there</a></p>'],
    ['makes one lettered list of answers', '<p class="option-paper"><span class="option-box"></span><span>one</span></p> <p class="option-paper"><span>two</span></p>', '<ol type="a"><li>one</li><li>two</li></ol>'],
    ['says by itself what a style made bold', '<p class="block-title">Plan B</p>', '<p><strong>Plan B</strong></p>'],
    ['loses styles, ids and data, and keeps languages', '<p id="x" style="color:red" data-a="1" lang="ru">да</p>', '<p lang="ru">да</p>'],
  ])('%s', (_, html, wanted) => expect(cleaned(html)).toBe(wanted))

  test('a drawing becomes a file of its own, named by its content, with its description', () => {
    const html = '<div role="img" aria-label="A cup"><svg viewBox="0 0 9 9" class="big"><path d="M0 0" stroke="currentColor"/></svg></div>'
    const { nodes, figures } = clean(parseHtml(`${html}${html}`))
    expect(figures).toHaveLength(1)
    expect(writeXhtml(nodes)).toBe(`<img src="figures/${figures[0]!.name}" alt="A cup" />`.repeat(2))
    expect(figures[0]!.svg).toContain('<svg viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg" color="#16302b">')
  })
})
