import { t } from '#modules/words/index.ts'
import type { Book } from './book.ts'
import type { About, Content, Format, Written } from './format.ts'
import { wordingOf } from './commonCartridge.ts'
import { banksIn, type Question } from './questions.ts'
import { rehearseMoodleXml } from './rehearseMoodleXml.ts'
import { escapeXml } from './tree.ts'

/**
 * Moodle's own XML for question banks: the way that keeps most of a question. A category for each bank and language, stable
 * idnumbers, tags by topic and lesson, feedback, partial credit by fractions that Moodle knows.
 */
export const moodleXml: Format = {
  format: 'moodle-xml',
  extension: 'xml',
  type: 'application/xml',
  gated: true,
  write: writeMoodleXml,
  rehearse: (bytes) => rehearseMoodleXml(bytes),
}

function writeMoodleXml(books: readonly Book[], about: About): Written {
  const banks = books.flatMap((book) => [...banksIn(book)].map(([bank, questions]) => ({ book, bank, questions })))
  const body = banks.map(({ book, bank, questions }) => [category(book, bank, about), ...questions.map((question) => questionXml(book, question))].join('\n'))
  const contents = banks.map(({ book, bank, questions }): Content => ({ title: `${t(book.locale, 'layout.language')}: ${bank}`, for: 'instructor', children: questions.map((one) => ({ title: one.title })) }))
  return { bytes: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n${body.join('\n')}\n</quiz>\n`), contents }
}

const html = (text: string) => `<text><![CDATA[${text.split('\n').map((line) => `<p>${escapeXml(line)}</p>`).join('').replaceAll(']]>', ']]&gt;')}]]></text>`
const plain = (text: string) => `<text>${escapeXml(text)}</text>`

function category({ edition, locale, title }: Book, bank: string, { version, licence }: About): string {
  const path = [title.replaceAll('/', '//'), t(locale, 'layout.language'), bank].join('/')
  return `<question type="category"><category>${plain(`$course$/top/${path}`)}</category><info format="plain_text">${plain(`${title}, ${version}. ${licence}`)}</info><idnumber>besik-${edition.course}-${locale}-${bank}</idnumber></question>`
}

function questionXml({ edition, locale }: Book, question: Question): string {
  const prompt = question.kind === 'numeric' ? wordingOf(locale).unit(question.prompt, question.unit) : question.prompt
  const [type, inside] = insideOf(question)
  return `<question type="${type}"><name>${plain(question.title)}</name><questiontext format="html">${html(prompt)}</questiontext><generalfeedback format="html">${html(question.rationale)}</generalfeedback>`
    + `<defaultgrade>1</defaultgrade><penalty>0</penalty><hidden>0</hidden><idnumber>${edition.course}-${locale}-${question.id}</idnumber>${inside}`
    + `<tags>${[question.topic, question.lesson, question.source].map((tag) => `<tag>${plain(tag)}</tag>`).join('')}</tags></question>`
}

const answer = (fraction: string, text: string, format = 'html') => `<answer fraction="${fraction}" format="${format}">${format === 'html' ? html(text) : plain(text)}<feedback format="html"><text></text></feedback></answer>`

/** The part of so many, as Moodle writes it: only these fractions are known to it, and another makes it skip the question. */
export const fractionOf = (count: number) => String(Number((100 / count).toFixed(5)))

function insideOf(question: Question): [type: string, xml: string] {
  switch (question.kind) {
    case 'single':
      return ['multichoice', `<single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>${question.choices.map((one) => answer(one.label === question.right ? '100' : '0', one.text)).join('')}`]
    case 'multiple': {
      // What is wrong takes away as much as its share of the wrong ones: ticking everything earns nothing.
      const wrong = question.choices.length - question.right.length
      const answers = question.choices.map((one) => answer(question.right.includes(one.label) ? fractionOf(question.right.length) : `-${fractionOf(question.partly ? wrong : 1)}`, one.text))
      return ['multichoice', `<single>false</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>${answers.join('')}`]
    }
    case 'numeric':
      return ['numerical', `<answer fraction="100" format="moodle_auto_format">${plain(String(question.value))}<feedback format="html"><text></text></feedback><tolerance>${question.tolerance}</tolerance></answer><unitgradingtype>0</unitgradingtype><showunits>3</showunits>`]
    case 'ordering':
      // Without shownumcorrect the importer dies, and everything after this question is lost.
      return ['ordering', `<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><selectcount>${question.choices.length}</selectcount><gradingtype>${question.partly ? 'RELATIVE_NEXT_EXCLUDE_LAST' : 'ALL_OR_NOTHING'}</gradingtype><showgrading>SHOW</showgrading><numberingstyle>123</numberingstyle><shownumcorrect>1</shownumcorrect>${
        question.choices.map((one, index) => answer(`${index + 1}.0000000`, one.text)).join('')}`]
    case 'matching': {
      const used = new Set(question.left.map((one) => one.right))
      const pairs = question.left.map((one) => `<subquestion format="html">${html(one.text)}<answer>${plain(question.choices.find((choice) => choice.label === one.right)!.text)}</answer></subquestion>`)
      const others = question.choices.filter((one) => !used.has(one.label)).map((one) => `<subquestion format="html"><text></text><answer>${plain(one.text)}</answer></subquestion>`)
      return ['matching', `<shuffleanswers>true</shuffleanswers><shownumcorrect/>${[...pairs, ...others].join('')}`]
    }
  }
}
