import { freezeItem } from '#modules/courses/index.ts'
import type { Book, Page } from '#modules/packages/book.ts'
import { clean } from '#modules/packages/clean.ts'
import { parseHtml } from '#modules/packages/tree.ts'
import type { Locale } from '#modules/words/index.ts'
import { whole } from '#tests/modules/courses/courseFolder.ts'

const words = { kk: 'Баланың тынысын бір минут санаңыз: ә ғ қ ң ө ұ ү һ і', ru: 'Посчитайте дыхание за минуту', en: 'Count the breaths for a minute' }
const drawing = '<figure><div role="img" aria-label="A child breathing"><svg viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" fill="currentColor"/></svg></div><figcaption>Breathing</figcaption></figure>'

const pageOf = (title: string, html: string): Page => ({ title, ...clean(parseHtml(html)) })

/** A book of one day, one lesson with a drawing and a check, five questions (one of each kind), a guide and a station. */
export function aBook(locale: Locale = 'kk', change: Partial<Book['edition']> = {}): Book {
  const { course, bank, station } = whole()
  const { course: slug, guideline, titles, kind, hours, validityMonths, ...outline } = course
  const items = (bank.items as Parameters<typeof freezeItem>[2][]).map((item) => freezeItem('5f0c6f3e-1111-4222-8333-444455556666', bank.bank, item))
  const { station: name, course: _course, ...body } = station
  const html = `<h2>${words[locale]}</h2><p>A &amp; B &lt; C</p>${drawing}<section class="check"><p class="check-question">Q?</p><p class="option-paper"><span class="option-box"></span><span>one</span></p><p class="option-paper"><span class="option-box"></span><span>two</span></p></section>`
  return {
    edition: {
      id: '5f0c6f3e-1111-4222-8333-444455556666', course: slug, number: 1, titles, guideline, contentHash: 'a'.repeat(64), outline: outline as Book['edition']['outline'], kind, hours, validityMonths,
      approval: null, demonstration: true, publishedAt: new Date('2026-09-01T00:00:00Z'), publishedBy: null, ...change,
    },
    locale, title: titles[locale], short: outline.short[locale],
    items: new Map(items.map((one) => [one.id, one])),
    stations: [{ station: name, body }],
    days: [{
      day: 1, title: `Day ${locale}`, hours: 2, practiceHours: 0.5, objectives: ['Can count'], sessions: [{ title: 'S', hours: 1.5, kind: 'theory' }, { title: 'P', hours: 0.5, kind: 'practice' }],
      lessons: [{
        id: 'tiny-1-01', slug: '1-01-cough', day: 1, minutes: 45, kind: 'theory', title: `Lesson ${locale}`,
        page: pageOf('', html), withNotes: pageOf('', `${html}<div class="facilitator"><p class="facilitator-label">For facilitators</p><p>Bring a watch</p></div>`),
        answers: [{ tag: 'ol', attributes: {}, children: [{ tag: 'li', attributes: {}, children: ['b) two'] }] }],
      }],
      guide: pageOf('Guide', '<p>Begin at nine.</p>'),
    }],
  }
}

export const about = { version: '1.1.0', origin: 'https://besik.example', changes: ['New lesson: one'], licence: 'CC BY 4.0' }
