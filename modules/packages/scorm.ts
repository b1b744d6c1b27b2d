import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Locale, t } from '#modules/words/index.ts'
import type { Book, BookDay } from './book.ts'
import { wordingOf } from './commonCartridge.ts'
import type { About, Content, Format, Written } from './format.ts'
import { type Question, testsIn } from './questions.ts'
import { rehearseScorm } from './rehearseScorm.ts'
import { element, escapeXml, writeXhtml } from './tree.ts'
import { type Files, zip } from './zip.ts'

/**
 * SCORM 1.2, one package a day, in one archive: a system takes each day by itself. The pages need no network; the script keeps
 * the place and hands over the score of the day's quiz, and nothing else. The keys of the quizzes are inside.
 */
export const scorm: Format = { format: 'scorm-1.2', extension: 'scorm.zip', type: 'application/zip', gated: true, write: writeScorm, rehearse: (bytes) => rehearseScorm(bytes) }

const player = () => readFileSync(resolve('modules/packages/scorm/player.js'), 'utf8')

function writeScorm(books: readonly Book[], about: About): Written {
  const files: Files = new Map()
  const contents: Content[] = []
  for (const book of books) {
    for (const day of book.days) {
      const path = `${book.edition.course}-${book.locale}-day-${day.day}.zip`
      files.set(path, zip(filesOf(book, day, about)))
      contents.push({ title: `${t(book.locale, 'course.day', { day: day.day })}. ${day.title}`, path, children: day.lessons.map((lesson) => ({ title: lesson.title })) })
    }
  }
  if (about.report) files.set('REPORT.txt', `${about.report}\n`)
  return { bytes: zip(files), contents }
}

function filesOf(book: Book, day: BookDay, about: About): Files {
  const figures = new Map(day.lessons.flatMap((lesson) => lesson.page.figures.map((one) => [`figures/${one.name}`, one.svg] as const)))
  const files: Files = new Map([['imsmanifest.xml', ''], ['index.html', pageHtml(book, day, about)], ['player.js', player()], ['player.css', css], ...[...figures].sort()])
  files.set('imsmanifest.xml', manifestXml(book, day, about, [...files.keys()].slice(1)))
  return files
}

const manifestXml = ({ edition, locale, title }: Book, day: BookDay, { version }: About, paths: readonly string[]) => `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="besik_${edition.course.replace(/\W/g, '_')}_${locale}_day_${day.day}" version="${version}" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="besik"><organization identifier="besik"><title>${escapeXml(title)}</title>
<item identifier="day_${day.day}" identifierref="page"><title>${escapeXml(`${t(locale, 'course.day', { day: day.day })}. ${day.title}`)}</title></item>
</organization></organizations>
<resources><resource identifier="page" type="webcontent" adlcp:scormtype="sco" href="index.html">${paths.map((path) => `<file href="${path}"/>`).join('')}</resource></resources>
</manifest>
`

function pageHtml(book: Book, day: BookDay, about: About): string {
  const { locale } = book
  const quiz = testsIn(book).find((test) => test.kind === 'quiz' && test.day === day.day)
  const title = `${t(locale, 'course.day', { day: day.day })}. ${day.title}`
  const pages = [
    ...day.lessons.map((lesson) => ({
      id: lesson.slug, title: lesson.title,
      html: writeXhtml([...lesson.page.nodes, ...(lesson.answers.length > 0 ? [element('section', { class: 'answers' }, element('h2', {}, t(locale, 'package.answers')), ...lesson.answers)] : [])]),
    })),
    ...(quiz ? [{ id: quiz.id, title: quiz.title, html: quizHtml(quiz.questions, locale) }] : []),
  ]
  const ways = `<p class="ways"><button type="button" data-way="-1">${escapeXml(t(locale, 'package.previous'))}</button> <button type="button" data-way="1">${escapeXml(t(locale, 'package.next'))}</button></p>`
  return `<!DOCTYPE html>
<html lang="${locale}"><head><meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" /><title>${escapeXml(title)}</title><link rel="stylesheet" href="player.css" /></head><body>
<header><p>${escapeXml(book.title)} · ${escapeXml(t(locale, 'certificate.edition', { edition: book.edition.number }))} (${about.version})</p><p>${escapeXml(t(locale, 'package.national'))}</p></header>
<nav aria-label="${escapeXml(t(locale, 'package.contents'))}"><ol>${pages.map((page) => `<li><a href="#${page.id}">${escapeXml(page.title)}</a></li>`).join('')}</ol></nav>
<main>
${pages.map((page) => `<section id="${page.id}"><h1>${escapeXml(page.title)}</h1>\n${page.html}\n${ways}</section>`).join('\n')}
</main>
<script src="player.js"></script></body></html>
`
}

function quizHtml(questions: readonly Question[], locale: Locale): string {
  const said = (name: string, text: string) => `data-${name}="${escapeXml(text)}"`
  const fields = questions.map((question, index) => {
    const prompt = question.kind === 'numeric' ? wordingOf(locale).unit(question.prompt, question.unit) : question.prompt
    const partly = 'partly' in question && question.partly ? ' data-partly=""' : ''
    return `<fieldset data-kind="${question.kind}"${partly} ${said('key', JSON.stringify(keyOf(question)))}><legend>${index + 1}. ${prompt.split('\n').map(escapeXml).join('<br />')}</legend>${inputs(question, `q${index + 1}`)}<p class="verdict" role="status"></p><p class="why" hidden="hidden">${escapeXml(question.rationale)}</p></fieldset>`
  })
  return `<form class="quiz" ${said('right', t(locale, 'package.right'))} ${said('wrong', t(locale, 'package.wrong'))} ${said('result', t(locale, 'package.result', { score: '{score}' }))}>${fields.join('\n')}<p><button>${escapeXml(t(locale, 'package.check'))}</button></p><p class="result" role="status" tabindex="-1"></p></form>`
}

function keyOf(question: Question): unknown {
  switch (question.kind) {
    case 'single':
    case 'multiple': return question.right
    case 'numeric': return { value: question.value, tolerance: question.tolerance }
    case 'ordering': return question.choices.toSorted(byLabel).map((one) => String(question.choices.indexOf(one) + 1))
    case 'matching': return question.left.map((one) => one.right)
  }
}

const byLabel = (one: { label: string }, other: { label: string }) => (one.label < other.label ? -1 : 1)

function inputs(question: Question, name: string): string {
  const options = (choices: readonly { value: string; text: string }[]) => `<option value=""></option>${choices.map((one) => `<option value="${one.value}">${escapeXml(one.text)}</option>`).join('')}`
  switch (question.kind) {
    case 'single':
    case 'multiple':
      return question.choices.map((one) => `<label><input type="${question.kind === 'single' ? 'radio' : 'checkbox'}" name="${name}" value="${one.label}" /> ${escapeXml(one.text)}</label>`).join('')
    case 'numeric':
      return `<label><input type="text" inputmode="decimal" name="${name}" autocomplete="off" /></label>`
    case 'ordering':
      return question.choices.toSorted(byLabel).map((one) => `<label><select name="${name}">${options(question.choices.map((_, index) => ({ value: String(index + 1), text: String(index + 1) })))}</select> ${escapeXml(one.text)}</label>`).join('')
    case 'matching':
      return question.left.map((one) => `<label>${escapeXml(one.text)} <select name="${name}">${options(question.choices.map((choice) => ({ value: choice.label, text: choice.text })))}</select></label>`).join('')
  }
}

const css = `body { font-family: system-ui, sans-serif; line-height: 1.5; margin: 0 auto; max-width: 44rem; padding: 0 1rem 3rem; color: #16302b; }
header { color: #4c635d; font-size: 0.9rem; } nav a { display: inline-block; padding: 0.4rem 0; } nav a[aria-current] { font-weight: 700; }
table { border-collapse: collapse; width: 100%; } th, td { border: 1px solid #888; padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; } img { max-width: 100%; height: auto; }
.note, .example, .check, .tool, .dialogue, .vignette, .visit, .chart-row, .triage-row, fieldset { border: 1px solid #999; border-left-width: 4px; margin: 1rem 0; padding: 0.4rem 0.9rem; }
.chart-pink, .triage-red { border-left-color: #b3261e; } .chart-yellow, .triage-yellow { border-left-color: #a86e00; } .chart-green, .triage-green { border-left-color: #2e6b34; }
label { display: block; padding: 0.5rem 0; } button { font: inherit; min-height: 2.75rem; padding: 0 1.2rem; } html:not(.live) .ways, html:not(.live) .quiz button { display: none; }
`
