import { isCertificateInForce, yearName, yearTitle } from '#modules/adoptions/index.ts'
import { groupCode } from '#modules/certificates/index.ts'
import { air, type Cell, type Column, drawnLine, type Faces, fit, ink, paged, type Piece, qrCode, setLines, setTable, siteOf, soft, stroked, watermark, written } from '#modules/pdf/index.ts'
import { formalDate, type Locale, locales, number, shortDate, t } from '#modules/words/index.ts'
import { printable } from './printable.ts'
import type { Holders } from './reports.ts'
import type { Report } from './shape.ts'
import { factsTold, lastDayTold, statesTold, stateTold } from './words.ts'

export const page = { width: 595.28, height: 841.89 }
const column: Column = { x: 52, width: page.width - 52 - 44 }
const [top, bottom] = [page.height - 50, 62]
/** What stands out in print, beside its word: the colour of danger. */
const clay = '#b4532a' as const

type Whole = { faces: Faces; report: Report; holders: Holders; sha256: string; origin: string }

/** The pages of a report: all of it in each language, one after another, so that it is one document whoever reads it. */
export function composeReportPages(whole: Whole): string[] {
  const { faces, report, origin } = whole
  const parts = locales.map((locale) => paged(piecesOf(whole, locale), top, bottom).map((content) => ({ locale, content })))
  const all = parts.flat()
  return all.map(({ locale, content }, at) => [
    ...(report.edition.demonstration ? watermark(faces, { x: page.width / 2, y: 560, step: 118, width: 440, largest: 40 }) : []),
    ...content,
    ...foot(faces, t(locale, 'adoption-report.page', { number: report.number, page: at + 1, pages: all.length }), siteOf(origin)),
  ].join('\n'))
}

const foot = ({ regular }: Faces, told: string, site: string) => [
  stroked(soft, 0.4), drawnLine(column.x, 46, column.x + column.width, 46),
  written(regular, told, { x: column.x, y: 34, size: 7.6, colour: soft }), written(regular, site, { x: column.x + column.width, y: 34, size: 7.6, colour: soft, align: 'right' }),
]

function piecesOf(whole: Whole, locale: Locale): Piece[] {
  const { faces } = whole
  const section = (title: 'steps' | 'programme' | 'staff' | 'students' | 'evidence', pieces: Piece[]): Piece[] =>
    pieces.length === 0 ? [] : [air(16), ...setLines(faces, t(locale, `adoption-report.section.${title}`), column, { size: 12, strong: true, joined: true }), air(3), ...pieces]
  return [
    ...heading(whole, locale),
    ...section('steps', steps(whole, locale)), ...section('programme', programme(whole, locale)), ...section('staff', staff(whole, locale)),
    ...section('students', students(whole, locale)), ...section('evidence', evidence(whole, locale)), ...signature(whole, locale),
  ]
}

function heading({ faces, report }: Whole, locale: Locale): Piece[] {
  const { college, edition, adoption, reconfirmation } = report
  const { approval } = edition
  const facts: [Parameters<typeof t>[1], string][] = [
    ['adoption-report.region', college.region.names[locale]],
    ['adoption-report.course', t(locale, 'adoption-report.edition', { title: edition.titles[locale], number: edition.number })],
    ['adoption-report.guideline', edition.guideline.titles[locale]],
    ['adoption-report.approval', approval ? t(locale, 'adoption-report.approval.of', { ...approval, date: shortDate(locale, approval.date) }) : t(locale, 'adoption-report.approval.none')],
    ['adoption-report.state', t(locale, 'adoption-report.state.since', { state: t(locale, `adoption.state.${adoption.state}`), date: shortDate(locale, adoption.since) })],
    ['adoption-report.signed-on', formalDate(locale, report.issuedOn)],
  ]
  return [
    ...setLines(faces, college.names[locale], column, { size: 10, colour: soft, joined: true }),
    air(10),
    ...setLines(faces, t(locale, 'adoption-report.title'), column, { size: 21, strong: true, joined: true }),
    air(2),
    ...setLines(faces, `${t(locale, 'adoption-report.number', { number: report.number })} · ${yearTitle(locale, report.studyYear)}`, column, { size: 11.5, strong: true, joined: true }),
    ...(edition.demonstration ? setLines(faces, t(locale, 'adoption-report.demonstration'), column, { size: 9, colour: clay, strong: true, joined: true }) : []),
    air(8),
    ...facts.map(([key, value]) => pair(faces, t(locale, key), value)),
    ...(reconfirmation ? [air(4), ...setLines(faces, t(locale, reconfirmation.answered ? 'adoption-report.newer.answered' : 'adoption-report.newer', { edition: reconfirmation.edition, due: shortDate(locale, reconfirmation.due) }), column, { size: 9, colour: reconfirmation.answered ? ink : clay, strong: !reconfirmation.answered })] : []),
  ]
}

/** What a fact is called, and beside it what it is. */
function pair(faces: Faces, name: string, value: string): Piece {
  const [label, told] = [setLines(faces, name, { x: column.x, width: 142 }, { size: 8.6, colour: soft }), setLines(faces, value, { x: column.x + 150, width: column.width - 150 }, { size: 9.4 })]
  const stack = (pieces: Piece[], from: number) => {
    let y = from
    return pieces.flatMap((one) => {
      const drawn = one.draw(y)
      y -= one.height
      return drawn
    })
  }
  const height = Math.max(label.reduce((sum, one) => sum + one.height, 0), told.reduce((sum, one) => sum + one.height, 0)) + 3
  return { height, draw: (from) => [...stack(label, from - 0.6), ...stack(told, from)] }
}

const heads = (locale: Locale) => (name: string, width: number, align: 'left' | 'right' = 'left') => ({ title: t(locale, `adoption-report.column.${name}` as 'adoption-report.column.state'), width, align })

function steps({ faces, report }: Whole, locale: Locale): Piece[] {
  const head = heads(locale)
  return setTable(faces, column, [head('state', 22), head('on', 14), head('facts', 64)],
    report.steps.map(({ state, on, facts }) => [t(locale, `adoption.state.${state}`), shortDate(locale, on), factsTold(locale, facts).join(' · ')]))
}

function programme({ faces, report }: Whole, locale: Locale): Piece[] {
  const { programme: own, hours, mapping } = report
  const head = heads(locale)
  const figure = (value: number) => number(locale, value)
  const said = [
    t(locale, 'adoption-report.programme.speciality', { code: own.specialityCode, speciality: own.speciality, semester: own.semester }),
    own.qualification && t(locale, 'adoption-report.programme.qualification', { qualification: own.qualification }),
    t(locale, 'adoption-report.programme.covered', { covered: mapping.covered, lessons: mapping.lessons, college: figure(hours.college.all), edition: figure(hours.edition.all) }),
    own.asMapped ? null : t(locale, 'adoption-report.programme.changed'),
  ].filter((one) => one !== null)
  const sum: Cell[] = [t(locale, 'adoption-report.column.total'), figure(hours.college.theory), figure(hours.college.practice), figure(hours.college.all), figure(hours.covered.all)]
  return [
    ...said.flatMap((one) => setLines(faces, one, column, { size: 9, joined: true })), air(3),
    ...setTable(faces, column, [head('line', 56), head('theory', 10, 'right'), head('practice', 11, 'right'), head('hours', 10, 'right'), head('ours', 13, 'right')],
      own.lines.map((one) => [one.title, figure(one.theory), figure(one.practice), figure(one.theory + one.practice), figure(one.ours)]), [sum]),
    ...(mapping.gaps.length > 0 ? [air(4), ...setLines(faces, t(locale, 'adoption-report.programme.gaps', { lessons: mapping.gaps.map((one) => one.titles[locale]).join('; ') }), column, { size: 8.4, colour: soft })] : []),
  ]
}

function staff({ faces, report, holders }: Whole, locale: Locale): Piece[] {
  const head = heads(locale)
  const { people, inForce, states } = report.teachers
  return [
    ...setLines(faces, t(locale, 'adoption-report.staff.counted', { people, inForce, states: statesTold(locale, states) }), column, { size: 9, joined: true }),
    ...setLines(faces, t(locale, 'adoption-report.staff.verified'), column, { size: 8.4, colour: soft, joined: true }), air(3),
    ...setTable(faces, column, [head('name', 27), head('post', 21), head('serial', 16), head('expires', 12), { ...head('state', 24), title: t(locale, 'adoption-report.column.state-on', { date: shortDate(locale, report.issuedOn) }) }],
      report.staff.map((one): Cell[] => [
        holders.get(one.certificate) ?? t(locale, 'adoption-report.staff.erased'), one.post, one.serial, lastDayTold(locale, one.expiresOn),
        isCertificateInForce(one.state) ? stateTold(locale, one) : { text: stateTold(locale, one), strong: true, colour: clay },
      ])),
  ]
}

function students({ faces, report }: Whole, locale: Locale): Piece[] {
  const { years, groups, students: all } = report.students
  if (years.length === 0) return setLines(faces, t(locale, 'adoption-report.students.none'), column, { size: 9 })
  const head = heads(locale)
  return setTable(faces, column, [head('year', 34), head('groups', 22, 'right'), head('students', 22, 'right'), head('hours', 22, 'right')],
    years.map((one) => [yearName(locale, one.studyYear), number(locale, one.groups), number(locale, one.students), number(locale, one.hours)]),
    [[t(locale, 'adoption-report.column.total'), number(locale, groups), number(locale, all), '']])
}

function evidence({ faces, report }: Whole, locale: Locale): Piece[] {
  const head = heads(locale)
  return setTable(faces, column, [head('file', 32), head('step', 20), { title: 'SHA-256', width: 48 }],
    report.evidence.map((one) => [printable(one.name), `${t(locale, `adoption.state.${one.state}`)}, ${shortDate(locale, one.on)}`, one.sha256.replace(/(.{32})/, '$1 ')]))
}

/** Who answers for it, and how anybody checks it: never parted. */
function signature({ faces, report, sha256, origin }: Whole, locale: Locale): Piece[] {
  const side = 74
  const { regular, bold } = faces
  const width = column.width - side - 20
  const address = `${origin}/v/${report.code}`
  const hash = fit(regular.type, t(locale, 'adoption-report.hash', { hash: sha256 }), width, { largest: 7.2, smallest: 4 })
  return [air(26), {
    height: 112,
    draw: (from) => [
      written(regular, t(locale, 'adoption-report.signature.label'), { x: column.x, y: from - 10, size: 8.6, colour: soft }),
      written(bold, report.signatory, { x: column.x, y: from - 24, size: fit(bold.type, report.signatory, width, { largest: 11, smallest: 5 }).size, colour: ink }),
      stroked(soft, 0.6), drawnLine(column.x, from - 58, column.x + 220, from - 58),
      written(regular, t(locale, 'adoption-report.signature.place'), { x: column.x, y: from - 68, size: 7.4, colour: soft }),
      written(regular, t(locale, 'adoption-report.check', { address: siteOf(origin) }), { x: column.x, y: from - 84, size: 7.6, colour: soft }),
      written(bold, groupCode(report.code), { x: column.x, y: from - 96, size: 9.6, colour: ink, track: 20 }),
      ...hash.lines.map((line, at) => written(regular, line, { x: column.x, y: from - 107 - at * 8, size: hash.size, colour: soft, goesOn: true })),
      qrCode(address, column.x + column.width - side, from - 6 - side, side),
    ],
  }]
}
