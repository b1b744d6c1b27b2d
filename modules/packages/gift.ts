import { t } from '#modules/words/index.ts'
import type { Book } from './book.ts'
import { wordingOf } from './commonCartridge.ts'
import type { About, Content, Format, Written } from './format.ts'
import { fractionOf } from './moodleXml.ts'
import { banksIn, type Question } from './questions.ts'
import { rehearseGift } from './rehearseGift.ts'

/** GIFT: question banks as plain text that a teacher can read and change by hand. An order to be found has no form in it and becomes an essay. */
export const gift: Format = {
  format: 'gift',
  extension: 'gift.txt',
  type: 'text/plain; charset=utf-8',
  gated: true,
  write: writeGift,
  rehearse: (bytes) => rehearseGift(bytes),
}

function writeGift(books: readonly Book[], { version, licence }: About): Written {
  const banks = books.flatMap((book) => [...banksIn(book)].map(([bank, questions]) => ({ book, bank, questions })))
  const head = `// ${books[0]!.title}, ${version}. ${licence.replaceAll('\n', ' ')}`
  const body = banks.map(({ book, bank, questions }) => [
    `$CATEGORY: $course$/top/${book.title.replaceAll('/', '//')}/${t(book.locale, 'layout.language')}/${bank}`,
    ...questions.map((question) => `// [id:${book.edition.course}-${book.locale}-${question.id}] [tag:${question.topic}]\n::${escape(question.title)}::${escape(promptOf(question, book))} {${answersOf(question)}####${escape(feedbackOf(question))}}`),
  ].join('\n\n'))
  const contents = banks.map(({ book, bank, questions }): Content => ({ title: `${t(book.locale, 'layout.language')}: ${bank}`, for: 'instructor', children: questions.map((one) => ({ title: one.title })) }))
  return { bytes: Buffer.from(`${[head, ...body].join('\n\n')}\n`), contents }
}

/** Signs that mean something in GIFT stand behind a backslash; a line break is told by one. */
const escape = (text: string) => text.replace(/[\\~=#{}:]/g, '\\$&').replaceAll('\n', '\\n')

const promptOf = (question: Question, { locale }: Book) => {
  if (question.kind === 'numeric') return wordingOf(locale).unit(question.prompt, question.unit)
  if (question.kind !== 'ordering') return question.prompt
  return wordingOf(locale).order(question.prompt, question.choices.toSorted((one, other) => (one.label < other.label ? -1 : 1)).map((one) => `${one.label}) ${one.text}`).join('; '))
}

const feedbackOf = (question: Question) => (question.kind === 'ordering' ? `${question.choices.map((one) => one.label).join(', ')}. ${question.rationale}` : question.rationale)

function answersOf(question: Question): string {
  switch (question.kind) {
    case 'single':
      return `\n${question.choices.map((one) => `${one.label === question.right ? '=' : '~'}${escape(one.text)}`).join('\n')}\n`
    case 'multiple': {
      const wrong = question.choices.length - question.right.length
      return `\n${question.choices.map((one) => `~%${question.right.includes(one.label) ? fractionOf(question.right.length) : `-${fractionOf(question.partly ? wrong : 1)}`}%${escape(one.text)}`).join('\n')}\n`
    }
    case 'numeric':
      return `#${question.value}:${question.tolerance}`
    case 'matching': {
      const used = new Set(question.left.map((one) => one.right))
      const pairs = question.left.map((one) => `=${escape(one.text)} -> ${escape(question.choices.find((choice) => choice.label === one.right)!.text)}`)
      return `\n${[...pairs, ...question.choices.filter((one) => !used.has(one.label)).map((one) => `= -> ${escape(one.text)}`)].join('\n')}\n`
    }
    case 'ordering':
      return ''
  }
}
