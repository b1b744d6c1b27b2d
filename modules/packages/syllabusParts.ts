import { number, percent, t } from '#modules/words/index.ts'
import { banksOf } from '#modules/courses/index.ts'
import type { Book } from './book.ts'
import { approvalOf, guidelineOf, marks, rulesOf } from './editionWords.ts'
import type { About } from './format.ts'
import { blocksIn, type Piece } from './syllabusBlocks.ts'
import { elementsOf, isElement, textOf } from './tree.ts'

// What a syllabus says, part by part. The wide part holds the table in which a college compares its own programme.

const kinds = ['theory', 'practice', 'clinical', 'self-study', 'assessment'] as const
const sum = (all: readonly number[]) => all.reduce((one, other) => one + other, 0)

/** The headings of the first level, in their order. */
export const headingsOf = ({ locale }: Book): string[] =>
  (['syllabus.purpose', 'syllabus.outcomes', 'syllabus.plan', 'syllabus.themes', 'syllabus.assessment', 'syllabus.resources', 'syllabus.mapping', 'syllabus.approval'] as const).map((key) => t(locale, key))

export function partsOf(book: Book, about: About): { wide: boolean; children: Piece[] }[] {
  return [
    { wide: false, children: [...opening(book, about), ...outcomes(book), ...plan(book), ...themes(book), ...assessment(book), ...resources(book)] },
    { wide: true, children: mapping(book) },
    { wide: false, children: approval(book) },
  ]
}

function opening(book: Book, about: About): Piece[] {
  const { locale, edition } = book
  const { title, heading, paragraph, mark, table, gap, list } = blocksIn(locale)
  const { outline } = edition
  const practice = sum(book.days.map((one) => one.practiceHours))
  const facts: [string, string][] = [
    [t(locale, 'syllabus.course'), book.title],
    [t(locale, 'counts.dimension.edition'), t(locale, 'certificate.edition', { edition: edition.number })],
    [t(locale, 'syllabus.guideline'), guidelineOf(book)],
    [t(locale, 'verify.fact.approval'), approvalOf(book)],
    [t(locale, 'college.hours'), t(locale, 'syllabus.hours', { hours: edition.hours, minutes: outline.academicHourMinutes, practice: number(locale, practice), share: percent(locale, (practice / Math.max(1, edition.hours)) * 100) })],
    [t(locale, 'syllabus.version'), t(locale, 'print.version', { version: about.version, hash: edition.contentHash.slice(0, 12) })],
  ]
  return [
    title(`${book.title}. ${t(locale, 'syllabus.title')}`), paragraph(t(locale, 'syllabus.lead')), ...marks(book).map(mark), table({ rows: facts, shares: [30, 70] }), gap(),
    ...(about.changes.length > 0 ? [heading(t(locale, 'package.changes'), 3), ...list(about.changes)] : []),
    heading(t(locale, 'syllabus.purpose'), 1), paragraph(outline.summary[locale]),
  ]
}

function outcomes({ locale, days, edition }: Book): Piece[] {
  const { heading, list } = blocksIn(locale)
  const { competencies } = edition.outline
  return [
    heading(t(locale, 'syllabus.outcomes'), 1),
    ...days.flatMap((day) => [heading(t(locale, 'syllabus.outcomes.day', { day: day.day, title: day.title }), 2), ...list(day.objectives)]),
    ...(competencies ? [heading(t(locale, 'syllabus.competencies'), 2), ...list(competencies.map((one) => one.titles[locale]))] : []),
  ]
}

/** Hours of each day by kind of session, with their sums. */
function plan({ locale, days }: Book): Piece[] {
  const { heading, table, gap } = blocksIn(locale)
  const hoursOf = (sessions: Book['days'][number]['sessions']) => kinds.map((kind) => sum(sessions.filter((one) => one.kind === kind).map((one) => one.hours)))
  const figures = (all: readonly number[]) => all.map((one) => (one === 0 ? '–' : number(locale, one)))
  const total = hoursOf(days.flatMap((day) => day.sessions))
  return [
    heading(t(locale, 'syllabus.plan'), 1),
    table({
      head: [t(locale, 'case.date'), ...kinds.map((kind) => t(locale, `session.kind.${kind}`)), t(locale, 'counts.total')],
      rows: [...days.map((day) => [`${day.day}. ${day.title}`, ...figures(hoursOf(day.sessions)), number(locale, sum(day.sessions.map((one) => one.hours)))]), [t(locale, 'counts.total'), ...figures(total), number(locale, sum(total))]],
      shares: [30, 11, 11, 13, 13, 12, 10], numbers: [1, 2, 3, 4, 5, 6], sums: 1,
    }),
    gap(),
  ]
}

function themes({ locale, days }: Book): Piece[] {
  const { heading, table, gap } = blocksIn(locale)
  return [
    heading(t(locale, 'syllabus.themes'), 1),
    ...days.flatMap((day) => [
      heading(t(locale, 'syllabus.outcomes.day', { day: day.day, title: day.title }), 2),
      table({
        head: [t(locale, 'syllabus.session'), t(locale, 'syllabus.kind'), t(locale, 'college.hours')],
        rows: [...day.sessions.map((one) => [one.title, t(locale, `session.kind.${one.kind as 'theory'}`), number(locale, one.hours)]), [t(locale, 'counts.total'), '', number(locale, day.hours)]],
        shares: [62, 24, 14], numbers: [2], sums: 1,
      }),
      gap(),
      ...(day.lessons.length > 0
        ? [table({ head: [t(locale, 'syllabus.lesson'), t(locale, 'syllabus.kind'), t(locale, 'syllabus.minutes')], rows: day.lessons.map((one) => [one.title, t(locale, `lesson.kind.${one.kind as 'theory'}`), number(locale, one.minutes)]), shares: [62, 24, 14], numbers: [2] }), gap()]
        : []),
    ]),
  ]
}

function assessment(book: Book): Piece[] {
  const { locale, edition, stations } = book
  const { heading, list, table, gap } = blocksIn(locale)
  const { rules, assessments } = edition.outline
  const inBanks = (banks: readonly string[]) => [...book.items.values()].filter((one) => banks.includes(one.bank)).length
  const passOf = (one: (typeof assessments)[number]) => one.passPercent ?? (one.kind === 'post-test' ? rules.passPercent : null)
  const attemptsOf = (one: (typeof assessments)[number]) => one.attempts ?? (one.kind === 'post-test' ? rules.attempts : null)
  return [
    heading(t(locale, 'syllabus.assessment'), 1),
    heading(t(locale, 'course.rules'), 2), ...list(rulesOf(book)),
    heading(t(locale, 'syllabus.tests'), 2),
    table({
      head: ['syllabus.test', 'syllabus.drawn', 'syllabus.bank', 'syllabus.minutes', 'syllabus.pass', 'syllabus.attempts'].map((key) => t(locale, key as 'syllabus.test')),
      rows: assessments.map((one) => [one.titles[locale], number(locale, one.items), number(locale, inBanks(banksOf(one))), number(locale, one.minutes), passOf(one) === null ? t(locale, 'syllabus.no-mark') : percent(locale, passOf(one)!), attemptsOf(one) === null ? t(locale, 'syllabus.unlimited') : number(locale, attemptsOf(one)!)]),
      shares: [30, 13, 14, 13, 15, 15], numbers: [1, 2, 3, 4, 5],
    }),
    gap(),
    ...(stations.length > 0
      ? [
        heading(t(locale, 'syllabus.stations'), 2),
        table({
          head: ['syllabus.station', 'case.date', 'syllabus.minutes', 'syllabus.steps', 'syllabus.critical', 'syllabus.pass'].map((key) => t(locale, key as 'syllabus.station')),
          rows: stations.map(({ body }) => [body.titles[locale], String(body.day), number(locale, body.minutes), number(locale, body.steps.length), number(locale, body.steps.filter((one) => one.critical).length), percent(locale, body.passPercent)]),
          shares: [36, 10, 13, 12, 16, 13], numbers: [1, 2, 3, 4, 5],
        }),
        gap(),
      ]
      : []),
    ...questionTable(book),
  ]
}

/** How many questions there are of each topic and competency: what an assessor of the college asks first. */
function questionTable({ locale, edition: { outline }, items }: Book): Piece[] {
  const { heading, table, gap } = blocksIn(locale)
  const { topics, competencies } = outline
  if (!topics || !competencies || items.size === 0) return []
  const all = [...items.values()]
  const count = (topic?: string, competency?: string) => all.filter((one) => (!topic || one.topic === topic) && (!competency || one.body.competency === competency)).length
  const line = (topic?: string) => [...competencies.map((one) => count(topic, one.id)), count(topic)].map((one) => (one === 0 ? '–' : number(locale, one)))
  const share = Math.floor(62 / (competencies.length + 1))
  return [
    heading(t(locale, 'syllabus.questions'), 2),
    table({
      head: [t(locale, 'syllabus.topic'), ...competencies.map((one) => one.titles[locale]), t(locale, 'counts.total')],
      rows: [...topics.map((one) => [one.titles[locale], ...line(one.id)]), [t(locale, 'counts.total'), ...line()]],
      shares: [100 - share * (competencies.length + 1), ...competencies.map(() => share), share], numbers: [...competencies.map((_, index) => index + 1), competencies.length + 1], sums: 1,
    }),
    gap(),
  ]
}

/** The guidelines, and every source that a lesson names, each once. */
function resources({ locale, edition, days }: Book): Piece[] {
  const { heading, list } = blocksIn(locale)
  const named = days.flatMap((day) => day.lessons.flatMap((lesson) => [...elementsOf(lesson.page.nodes)].filter((one) => one.attributes['class'] === 'sources'))).flatMap((one) => [...elementsOf([one])].filter((item) => item.tag === 'li').map((item) => textOf(item.children.filter((child) => !isElement(child) || child.tag !== 'ul')).trim()))
  return [heading(t(locale, 'syllabus.resources'), 1), ...list([...new Set([...edition.outline.guidelines.map((one) => one.titles[locale]), ...named])])]
}

/** One line for each session, with room for what a college has instead. */
function mapping({ locale, days }: Book): Piece[] {
  const { heading, paragraph, table } = blocksIn(locale)
  return [
    heading(t(locale, 'syllabus.mapping'), 1), paragraph(t(locale, 'syllabus.mapping.lead')),
    table({
      head: ['case.date', 'syllabus.session', 'syllabus.kind', 'college.hours', 'syllabus.own.discipline', 'syllabus.own.semester', 'syllabus.own.hours', 'syllabus.own.gap'].map((key) => t(locale, key as 'case.date')),
      rows: [...days.flatMap((day) => day.sessions.map((one) => [String(day.day), one.title, t(locale, `session.kind.${one.kind as 'theory'}`), number(locale, one.hours), '', '', '', ''])), ['', t(locale, 'counts.total'), '', number(locale, sum(days.map((day) => day.hours))), '', '', '', '']],
      shares: [6, 27, 12, 7, 20, 9, 8, 11], wide: true, numbers: [3, 6], sums: 1,
    }),
  ]
}

function approval({ locale }: Book): Piece[] {
  const { heading, table } = blocksIn(locale)
  return [heading(t(locale, 'syllabus.approval'), 1), table({ rows: (['college', 'speciality', 'order', 'head', 'author'] as const).map((one) => [t(locale, `syllabus.approval.${one}`), '']), shares: [40, 60] })]
}
