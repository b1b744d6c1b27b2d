import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { t } from '#modules/words/index.ts'
import { type Server, startServer, Visitor } from '#tests/server.ts'

const course = '/kk/learn/courses/imci/1'
let server: Server
let trainee: Visitor
let trainer: Visitor
let administrator: Visitor
let lesson: string

beforeAll(async () => {
  server = await startServer()
  ;[trainee, trainer, administrator] = await Promise.all(['trainee@demo.kz', 'trainer@demo.kz', 'admin@demo.kz'].map((email) => new Visitor(server).signIn(email))) as [Visitor, Visitor, Visitor]
  const { text } = await trainee.open(`${course}?day=1`)
  lesson = /href="(\/kk\/learn\/courses\/imci\/1\/1-01-[\w-]+)"/.exec(text)![1]!
})
afterAll(() => server.stop())

const hidden = (text: string, action: string) => {
  const form = new RegExp(`<form[^>]*_action=${action.replace('.', '\\.')}[\\s\\S]*?</form>`).exec(text)![0]
  return Object.fromEntries([...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name!, value!]))
}

describe('the facilitator’s guide', () => {
  const guide = `${course}/guide/2`

  test('is read by those who teach, and a trainee learns not even that it is there', async () => {
    const there = await trainer.open(guide)
    expect([there.status, there.text.includes(t('kk', 'draft.clinical'))]).toEqual([200, true])
    const [missing, never] = [await trainee.open(guide), await trainee.open(`${course}/guide/99`)]
    expect([missing.status, never.status, missing.text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')]).toEqual([404, 404, never.text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')])
  })

  test('its link stands on the course’s page for a trainer, and for nobody else', async () => {
    expect((await trainer.open(`${course}?day=2`)).text).toContain(`href="${guide}"`)
    expect((await trainee.open(`${course}?day=2`)).text).not.toContain('/guide/')
  })

  test('none of its sentences is in a trainee’s lesson, workbook or search', async () => {
    const sentence = /<article[\s\S]*?<p>([^<]{40,120})/.exec((await trainer.open(guide)).text)![1]!
    for (const path of [lesson, `${course}/workbook/1`, `/kk/learn/search?q=${encodeURIComponent(sentence.slice(0, 40))}`]) expect((await trainee.open(path)).text).not.toContain(sentence)
  })
})

test('a day of the course is a link: ?day=3 shows day 3, and a day that is none the first that waits', async () => {
  const shown = async (day: string) => /id="days"[\s\S]*?aria-current="true"[^>]*>([^<]*)/.exec((await trainee.open(`${course}?day=${day}`)).text)![1]
  expect(await shown('3')).toBe(t('kk', 'course.day', { day: 3 }))
  expect(await shown('99')).toBe(t('kk', 'course.day', { day: 1 }))
  expect(await shown('x')).toBe(t('kk', 'course.day', { day: 1 }))
})

describe('the workbook', () => {
  test('has the day’s lessons, boxes without verdicts, answers at the end, and no word for facilitators', async () => {
    for (const visitor of [trainee, trainer]) {
      const { status, text } = await visitor.open(`${course}/workbook/1`)
      expect(status).toBe(200)
      const [lessons, answers] = text.split('id="answers"') as [string, string]
      expect((lessons.match(/<article/g) ?? []).length).toBeGreaterThanOrEqual(5)
      expect((lessons.match(/class="option-paper"/g) ?? []).length).toBeGreaterThanOrEqual(15)
      expect(lessons).not.toMatch(/<details|class="option-right|class="facilitator"/)
      expect((answers.match(/<li>/g) ?? []).length).toBeGreaterThanOrEqual(5)
      // One page for a whole day: 163 kB of day 1 in Kazakh when it was measured, 37 packed, beside its style.
      expect(Buffer.byteLength(text)).toBeLessThan(450_000)
    }
  })

  test.each(['0', '9', 'x', '1.5'])('day %s is not found', async (day) => {
    expect((await trainee.open(`${course}/workbook/${day}`)).status).toBe(404)
  })
})

describe('bookmarks', () => {
  test('one press puts it in and one takes it out; the list shows it, and no other reader sees any of it', async () => {
    const before = await trainee.open(lesson)
    expect(hidden(before.text, 'lessons.bookmark')['keep']).toBe('yes')
    const put = await trainee.form(lesson, 'lessons.bookmark', hidden(before.text, 'lessons.bookmark'))
    expect([put.status, put.headers.get('location')]).toEqual([303, lesson])

    for (let reading = 0; reading < 2; reading++) {
      expect(hidden((await trainee.open(lesson)).text, 'lessons.bookmark')['keep']).toBe('no')
      expect(hidden((await trainer.open(lesson)).text, 'lessons.bookmark')['keep']).toBe('yes')
    }
    expect((await trainee.open('/kk/learn')).text).toMatch(new RegExp(`id="bookmarks"[\\s\\S]*href="${lesson}"`))
    expect((await trainer.open('/kk/learn')).text).not.toContain('id="bookmarks"')
    expect((await trainee.call('GET', '/me')).status).toBe(200)

    await trainee.form(lesson, 'lessons.bookmark', hidden((await trainee.open(lesson)).text, 'lessons.bookmark'))
    expect(hidden((await trainee.open(lesson)).text, 'lessons.bookmark')['keep']).toBe('yes')
    expect((await trainee.open('/kk/learn')).text).not.toContain('id="bookmarks"')
  })
})

describe('a reported error', () => {
  const words = '<b>50</b> емес, 40 деп тұр & "қате"'

  test('goes from the lesson to the administrators, whatever signs it has, and is closed there', async () => {
    expect((await trainee.open(lesson)).text).toContain(`href="${lesson}/report"`)
    const form = await trainee.open(`${lesson}/report`)
    const sent = await trainee.form(`${lesson}/report`, 'lessons.report', { ...hidden(form.text, 'lessons.report'), text: words })
    expect([sent.status, sent.headers.get('location')]).toEqual([303, lesson])
    expect((await trainee.open(lesson)).text).toContain(t('kk', 'lesson.report.done'))

    const list = await administrator.open('/kk/admin/reports')
    expect(list.text).toContain('&lt;b&gt;50&lt;/b&gt; емес')
    expect(list.text).not.toContain('<b>50</b>')
    await administrator.form('/kk/admin/reports', 'lessons.closeReport', hidden(list.text, 'lessons.closeReport'))
    expect((await administrator.open('/kk/admin/reports')).text).not.toContain('емес, 40')
    expect((await administrator.open('/kk/admin/reports?show=closed')).text).toContain('емес, 40')
    // What people write is nobody's business in a log.
    expect(server.output()).not.toContain('емес, 40')
  })

  test('without words nothing is sent: the form comes back and says why', async () => {
    const fields = hidden((await trainee.open(`${lesson}/report`)).text, 'lessons.report')
    const refused = await trainee.form(`${lesson}/report`, 'lessons.report', { ...fields, text: '' })
    const [status, text] = [refused.status, await refused.text()]
    expect([status >= 400 && status < 500, /role="alert"/.test(text)]).toEqual([true, true])
  })
})

describe('search', () => {
  const first = async (visitor: Visitor, locale: string, q: string) => /id="found"[\s\S]*?<a href="([^"]*)"[^>]*>([^<]*)</.exec((await visitor.open(`/${locale}/learn/search?q=${encodeURIComponent(q)}`)).text)?.slice(1)

  test.each(['қызба', 'кызба', 'qyzba', 'kyzba'])('%s leads to the same place', async (q) => {
    expect(await first(trainee, 'kk', q)).toEqual(['/kk/learn/glossary#fever', 'қызба'])
  })

  test('every result can be opened', async () => {
    const { text } = await trainee.open('/ru/learn/search?q=%D0%B4%D0%B8%D0%B0%D1%80%D0%B5%D1%8F')
    const links = [...text.matchAll(/<li class="panel[^>]*>[\s\S]*?<a href="([^"#]*)/g)].map((match) => match[1]!)
    expect(links.length).toBeGreaterThan(2)
    for (const link of new Set(links)) expect([link, (await trainee.open(link)).status]).toEqual([link, 200])
  })

  test('what was typed comes back as text, never as markup', async () => {
    const { text } = await trainee.open(`/en/learn/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`)
    // In an attribute the signs are quoted; nowhere do they end one.
    expect(text).not.toContain('"><script>')
    expect(text.replace(/"[^"]*"/g, '')).not.toContain('<script>alert')
    expect((await trainee.open(`/en/learn/search?q=${'я'.repeat(300)}`)).status).toBe(200)
  })
})

test('the glossary has letters of its own alphabet, and finds a word by any of its names', async () => {
  const all = await trainee.open('/kk/learn/glossary')
  const letters = [...all.text.matchAll(/href="#letter-(\p{L}|\d)"/gu)].map((match) => match[1]!)
  expect(letters).toContain('Қ')
  expect(letters.indexOf('Ә')).toBeGreaterThan(letters.indexOf('А'))
  const one = await trainee.open('/kk/learn/glossary?q=fever')
  expect(one.text).toContain('id="fever"')
  expect(one.text).not.toContain('id="airway"')
})
