import { type Locale, t } from '#modules/words/index.ts'
import type { Book, BookDay, Page } from './book.ts'
import type { About, Content, Format, Written } from './format.ts'
import { assessmentXml, type Wording } from './qti.ts'
import { rehearseCartridge } from './rehearseCartridge.ts'
import { testsIn } from './questions.ts'
import { element, escapeXml, isElement, type Node, writeXhtml } from './tree.ts'
import { type Files, zip } from './zip.ts'

type Version = '1.1' | '1.3'

/** Names by which an importer knows the version. `roles` is the vocabulary of whom a part is for. */
const names = {
  '1.1': { at: 'imsccv1p1', schema: '1.1.0', quiz: 'imscc_xmlv1p1', roles: 'IMSGLC_CC_Rolesv1p1' },
  '1.3': { at: 'imsccv1p3', schema: '1.3.0', quiz: 'imscc_xmlv1p3', roles: 'IMSGLC_CC_Rolesv1p3' },
} satisfies Record<Version, unknown>

/** A thing of the outline with its resource. `instructor` parts are imported hidden. */
type Part = { id: string; title: string; path: string; content: string; type: 'webcontent' | 'assessment'; instructor: boolean; figures: string[] }
type Section = { id: string; title: string; parts: Part[] }

/**
 * Common Cartridge: the course as sections (days) of pages and tests. 1.1 is what Moodle reads, and its only one; 1.3 is for
 * Canvas and others. Keys are in the tests, so that the whole package is for those who teach; guides, notes, stations and the
 * tests that count are marked for instructors, and an importer hides them from students.
 */
export const cartridge = (version: Version): Format => ({
  format: `cc-${version}`,
  extension: 'imscc',
  type: 'application/vnd.ims.imsccv1p1+zip',
  gated: true,
  write: (books, about) => writeCartridge(version, books, about),
  rehearse: (bytes) => rehearseCartridge(version, bytes),
})

function writeCartridge(version: Version, books: readonly Book[], about: About): Written {
  const figures = new Map<string, string>()
  const sections = books.flatMap((book) => sectionsOf(version, book, about, books.length > 1, figures))
  const files: Files = new Map([['imsmanifest.xml', manifestXml(version, books, about, sections)]])
  for (const { parts } of sections) for (const part of parts) files.set(part.path, part.content)
  for (const [name, svg] of [...figures].sort()) files.set(`figures/${name}`, svg)
  const contents = sections.map(({ title, parts }): Content => ({
    title, children: parts.map((part) => ({ title: part.title, path: part.path, ...(part.instructor ? { for: 'instructor' as const } : {}) })),
  }))
  return { bytes: zip(files), contents }
}

function sectionsOf(version: Version, book: Book, about: About, several: boolean, figures: Map<string, string>): Section[] {
  const { locale } = book
  const own = (id: string) => `${locale}_${id.replace(/[^A-Za-z0-9]+/g, '_')}`
  const page = (id: string, title: string, { nodes, figures: drawn }: Pick<Page, 'nodes' | 'figures'>, instructor = false): Part => {
    for (const figure of drawn) figures.set(figure.name, figure.svg)
    return { id: own(id), title, path: `pages/${own(id)}.html`, content: pageHtml(locale, title, nodes), type: 'webcontent', instructor, figures: drawn.map((one) => one.name) }
  }
  const wording = wordingOf(locale)
  const tests = testsIn(book).map((test) => ({
    ...test,
    part: { id: own(test.id), title: test.title, path: `tests/${own(test.id)}.xml`, content: assessmentXml(version, test, wording), type: 'assessment', instructor: test.kind !== 'quiz', figures: [] } satisfies Part,
  }))
  const named = (title: string) => (several ? `${t(locale, 'layout.language')}. ${title}` : title)

  const first: Section = {
    id: own('course'), title: named(book.title),
    parts: [
      page('about', t(locale, 'package.about'), { nodes: aboutNodes(book, about), figures: [] }),
      ...(about.report ? [page('report', t(locale, 'package.report'), { nodes: about.report.split('\n').filter(Boolean).map((line) => element('p', {}, line)), figures: [] }, true)] : []),
      ...tests.filter((test) => test.kind === 'pre-test').map((test) => test.part),
    ],
  }
  const days = book.days.map((day): Section => ({
    id: own(`day-${day.day}`), title: named(`${t(locale, 'course.day', { day: day.day })}. ${day.title}`),
    parts: [
      ...day.lessons.map((lesson) => page(lesson.id, lesson.title, { nodes: lessonNodes(lesson.page.nodes, lesson.answers, locale), figures: lesson.page.figures })),
      ...tests.filter((test) => test.kind === 'quiz' && test.day === day.day).map((test) => test.part),
      ...(day.guide ? [page(`guide-${day.day}`, day.guide.title, day.guide, true)] : []),
      ...notesOf(day, locale).map((notes) => page(`notes-${day.day}`, t(locale, 'package.notes', { day: day.day }), { nodes: notes, figures: [] }, true)),
      ...book.stations.filter(({ body }) => body.day === day.day).map(({ station, body }) => page(`station-${station}`, body.titles[locale], { nodes: stationNodes(body, locale), figures: [] }, true)),
    ],
  }))
  const last: Section = { id: own('final'), title: named(t(locale, 'package.final')), parts: tests.filter((test) => test.kind === 'post-test').map((test) => test.part) }
  return [first, ...days, ...(last.parts.length > 0 ? [last] : [])]
}

const lessonNodes = (nodes: Node[], answers: Node[], locale: Locale): Node[] =>
  answers.length === 0 ? nodes : [...nodes, element('section', { class: 'answers' }, element('h2', {}, t(locale, 'package.answers')), ...answers)]

/** What the lessons of a day tell those who teach, lesson by lesson; none when they tell nothing. */
function notesOf(day: BookDay, locale: Locale): Node[][] {
  const found = day.lessons.flatMap((lesson) => {
    const notes = facilitatorParts(lesson.withNotes.nodes)
    return notes.length > 0 ? [element('h2', { lang: locale }, lesson.title), ...notes] : []
  })
  return found.length > 0 ? [found] : []
}

const facilitatorParts = (nodes: readonly Node[]): Node[] =>
  nodes.flatMap((node) => (!isElement(node) ? [] : node.attributes['class']?.split(' ').includes('facilitator') ? node.children : facilitatorParts(node.children)))

function stationNodes(body: Book['stations'][number]['body'], locale: Locale): Node[] {
  const cell = (tag: 'th' | 'td', text: string) => element(tag, tag === 'th' ? { scope: 'col' } : {}, text)
  return [
    element('p', {}, body.instructions[locale]),
    element('p', {}, t(locale, 'package.station', { minutes: body.minutes, percent: body.passPercent })),
    element('table', {},
      element('thead', {}, element('tr', {}, cell('th', t(locale, 'package.step')), cell('th', t(locale, 'package.critical')), cell('th', t(locale, 'package.done')))),
      element('tbody', {}, ...body.steps.map((step) => element('tr', {}, cell('td', step.text[locale]), cell('td', step.critical ? '●' : ''), cell('td', '☐'))))),
  ]
}

function aboutNodes({ edition, locale, title }: Book, { version, origin, licence, changes }: About): Node[] {
  const guideline = edition.outline.guidelines.find((one) => one.id === edition.guideline)?.titles[locale] ?? edition.guideline
  const lines = [
    `${title}. ${t(locale, 'certificate.edition', { edition: edition.number })} (${version})`,
    t(locale, 'certificate.hours', { hours: edition.hours }), guideline,
    edition.approval ? t(locale, 'certificate.approval', edition.approval) : t(locale, 'package.not-approved'),
    ...(edition.demonstration ? [t(locale, 'draft.demonstration')] : []), t(locale, 'package.national'), licence, origin,
  ]
  return [
    element('p', {}, edition.outline.summary[locale]),
    element('ul', {}, ...lines.map((line) => element('li', {}, line))),
    ...(changes.length > 0 ? [element('h2', {}, t(locale, 'package.changes')), element('ul', {}, ...changes.map((line) => element('li', {}, line)))] : []),
  ]
}

export const wordingOf = (locale: Locale): Wording => ({
  pair: (prompt, left) => `${prompt}\n${left}`,
  order: (prompt, steps) => `${prompt}\n${steps}\n${t(locale, 'package.order')}`,
  unit: (prompt, unit) => `${prompt}\n(${t(locale, `unit.${unit}` as 'unit.kg')})`,
})

/** The page as an importer takes it over: only its body is kept, and pictures are found from the folder of pages. */
const pageHtml = (locale: Locale, title: string, nodes: readonly Node[]) =>
  `<!DOCTYPE html>\n<html lang="${locale}"><head><meta charset="utf-8" /><title>${escapeXml(title)}</title></head><body>\n${writeXhtml(withPictures(nodes))}\n</body></html>\n`

const withPictures = (nodes: readonly Node[]): Node[] => nodes.map((node) => {
  if (!isElement(node)) return node
  const { src } = node.attributes
  return { ...node, attributes: src ? { ...node.attributes, src: `../${src}` } : node.attributes, children: withPictures(node.children) }
})

function manifestXml(version: Version, books: readonly Book[], { version: edition, licence }: About, sections: readonly Section[]): string {
  const { at, schema, quiz, roles } = names[version]
  const [book] = books
  const strings = (say: (one: Book) => string) => books.map((one) => `<lomimscc:string language="${one.locale}">${escapeXml(say(one))}</lomimscc:string>`).join('')
  const role = `<metadata><lom:lom><lom:educational><lom:intendedEndUserRole><lom:source>${roles}</lom:source><lom:value>Instructor</lom:value></lom:intendedEndUserRole></lom:educational></lom:lom></metadata>`
  const parts = sections.flatMap((section) => section.parts)
  const drawn = [...new Set(parts.flatMap((part) => part.figures))].sort()
  const figureId = (name: string) => `F_${name.replace(/\W/g, '_')}`
  const resources = [
    ...parts.map((part) => `<resource identifier="R_${part.id}" type="${part.type === 'assessment' ? `imsqti_xmlv1p2/${quiz}/assessment` : 'webcontent'}"${part.type === 'webcontent' ? ` href="${part.path}"` : ''}>`
      + `${part.instructor ? role : ''}<file href="${part.path}"/>${part.figures.map((name) => `<dependency identifierref="${figureId(name)}"/>`).join('')}</resource>`),
    ...drawn.map((name) => `<resource identifier="${figureId(name)}" type="webcontent" href="figures/${name}"><file href="figures/${name}"/></resource>`),
  ]
  const items = sections.map((section) => `<item identifier="I_${section.id}"><title>${escapeXml(section.title)}</title>\n${
    section.parts.map((part) => `<item identifier="I_${part.id}" identifierref="R_${part.id}"><title>${escapeXml(part.title)}</title></item>`).join('\n')}\n</item>`)
  return `<?xml version="1.0" encoding="UTF-8"?>
<manifest xmlns="http://www.imsglobal.org/xsd/${at}/imscp_v1p1" identifier="M_besik_${book!.edition.course.replace(/\W/g, '_')}_${edition.replace(/\W/g, '_')}" xmlns:lom="http://ltsc.ieee.org/xsd/${at}/LOM/resource" xmlns:lomimscc="http://ltsc.ieee.org/xsd/${at}/LOM/manifest" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>${schema}</schemaversion>
<lomimscc:lom><lomimscc:general><lomimscc:title>${strings((one) => one.title)}</lomimscc:title><lomimscc:language>${book!.locale}</lomimscc:language><lomimscc:description>${strings((one) => one.edition.outline.summary[one.locale])}</lomimscc:description></lomimscc:general><lomimscc:rights><lomimscc:copyrightAndOtherRestrictions><lomimscc:value>yes</lomimscc:value></lomimscc:copyrightAndOtherRestrictions><lomimscc:description><lomimscc:string>${escapeXml(licence)}</lomimscc:string></lomimscc:description></lomimscc:rights></lomimscc:lom>
</metadata>
<organizations><organization identifier="O_1" structure="rooted-hierarchy"><item identifier="I_root">
${items.join('\n')}
</item></organization></organizations>
<resources>
${resources.join('\n')}
</resources>
</manifest>
`
}
