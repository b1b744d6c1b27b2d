import { createHash } from 'node:crypto'
import { type Locale, t } from '#modules/words/index.ts'
import type { Book } from './book.ts'
import type { About, Content, Format, Written } from './format.ts'
import { rehearseEpub } from './rehearseEpub.ts'
import { element, escapeXml, isElement, type Node, writeXhtml } from './tree.ts'
import { type Files, zip } from './zip.ts'

type Chapter = { id: string; path: string; title: string; nodes: Node[]; locale: Locale; day: number | null }

/**
 * EPUB 3: the lessons as a book for phones and readers, without any system. No script, no key of a counting test, nothing for
 * facilitators: it is open to everybody. No library writes EPUB 3 with what we need (same bytes each time, several languages,
 * accessibility metadata) and is kept up, so that this is ours.
 */
export const epub: Format = { format: 'epub-3', extension: 'epub', type: 'application/epub+zip', gated: false, write: writeEpub, rehearse: (bytes) => rehearseEpub(bytes) }

function writeEpub(books: readonly Book[], about: About): Written {
  const [first] = books
  const chapters = books.flatMap(chaptersOf)
  const figures = new Map(books.flatMap((book) => book.days.flatMap((day) => day.lessons.flatMap((lesson) => lesson.page.figures.map((one) => [one.name, one.svg] as const)))))
  const files: Files = new Map([['mimetype', 'application/epub+zip'], ['META-INF/container.xml', container], ['EPUB/package.opf', packageDocument(books, about, chapters, [...figures.keys()].sort())], ['EPUB/nav.xhtml', navigation(first!, books, chapters)], ['EPUB/book.css', css]])
  for (const chapter of chapters) files.set(`EPUB/${chapter.path}`, chapterXhtml(chapter))
  for (const [name, svg] of [...figures].sort()) files.set(`EPUB/figures/${name}`, svg)
  const contents = books.flatMap((book) => book.days.map((day): Content => ({
    title: `${t(book.locale, 'course.day', { day: day.day })}. ${day.title}`,
    children: chapters.filter((one) => one.locale === book.locale && one.day === day.day).map((one) => ({ title: one.title, path: `EPUB/${one.path}` })),
  })))
  return { bytes: zip(files, ['mimetype']), contents }
}

function chaptersOf(book: Book): Chapter[] {
  const { locale, days } = book
  const title = element('section', { class: 'title' }, element('h1', {}, book.title), element('p', {}, book.edition.outline.summary[locale]),
    element('p', {}, t(locale, 'certificate.edition', { edition: book.edition.number })), element('p', {}, t(locale, 'package.national')),
    ...(book.edition.demonstration ? [element('p', {}, element('strong', {}, t(locale, 'draft.demonstration')))] : []))
  return [
    { id: `${locale}-title`, path: `${locale}/title.xhtml`, title: book.title, nodes: [title], locale, day: null },
    ...days.flatMap((day) => day.lessons.map((lesson): Chapter => ({
      id: `${locale}-${lesson.slug}`, path: `${locale}/${lesson.slug}.xhtml`, title: lesson.title, locale, day: day.day,
      nodes: [
        element('p', { class: 'place' }, `${t(locale, 'course.day', { day: day.day })} · ${day.title}`), element('h1', {}, lesson.title), ...withPictures(lesson.page.nodes),
        ...(lesson.answers.length > 0 ? [element('section', { class: 'answers' }, element('h2', {}, t(locale, 'package.answers')), ...lesson.answers)] : []),
      ],
    }))),
  ]
}

const withPictures = (nodes: readonly Node[]): Node[] => nodes.map((node) => {
  if (!isElement(node)) return node
  const { src } = node.attributes
  return { ...node, attributes: src ? { ...node.attributes, src: `../${src}` } : node.attributes, children: withPictures(node.children) }
})

const chapterXhtml = ({ title, nodes, locale }: Chapter) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="${locale}" lang="${locale}"><head><title>${escapeXml(title)}</title><link rel="stylesheet" type="text/css" href="../book.css" /></head>
<body>
${writeXhtml(nodes)}
</body></html>
`

const container = `<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
`

/** The same book in every version of an edition has one name; a version is told by the date that the edition was published. */
const nameOf = (books: readonly Book[]) => {
  const hash = createHash('sha256').update(`besik|${books[0]!.edition.course}|${books.map((one) => one.locale).join()}`).digest('hex')
  return `urn:uuid:${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

function packageDocument(books: readonly Book[], { version, licence }: About, chapters: readonly Chapter[], figures: readonly string[]): string {
  const [first] = books
  const { edition } = first!
  const manifest = [
    '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>', '<item id="css" href="book.css" media-type="text/css"/>',
    ...chapters.map((one) => `<item id="c-${one.id}" href="${one.path}" media-type="application/xhtml+xml"/>`),
    ...figures.map((name) => `<item id="f-${name.replace('.', '-')}" href="figures/${name}" media-type="image/svg+xml"/>`),
  ]
  return `<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="name" xml:lang="${first!.locale}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="name">${nameOf(books)}</dc:identifier>
${books.map((one, index) => `<dc:title id="title-${index + 1}" xml:lang="${one.locale}">${escapeXml(one.title)}</dc:title>`).join('\n')}
${books.map((one) => `<dc:language>${one.locale}</dc:language>`).join('\n')}
<dc:publisher>Besik</dc:publisher>
<dc:rights>${escapeXml(licence)}</dc:rights>
<dc:description xml:lang="${first!.locale}">${escapeXml(edition.outline.summary[first!.locale])}</dc:description>
<dc:source>${escapeXml(edition.outline.guidelines.find((one) => one.id === edition.guideline)?.titles[first!.locale] ?? edition.guideline)}</dc:source>
<meta property="dcterms:modified">${edition.publishedAt.toISOString().slice(0, 19)}Z</meta>
<meta property="schema:version">${version}</meta>
<meta property="schema:accessMode">textual</meta><meta property="schema:accessMode">visual</meta><meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta><meta property="schema:accessibilityFeature">structuralNavigation</meta><meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">${escapeXml(t(first!.locale, 'package.accessibility'))}</meta>
</metadata>
<manifest>
${manifest.join('\n')}
</manifest>
<spine>
${chapters.map((one) => `<itemref idref="c-${one.id}"/>`).join('\n')}
</spine>
</package>
`
}

function navigation(first: Book, books: readonly Book[], chapters: readonly Chapter[]): string {
  const link = (chapter: Chapter) => element('a', { href: chapter.path, ...(chapter.locale === first.locale ? {} : { lang: chapter.locale, 'xml:lang': chapter.locale }) }, chapter.title)
  const days = (book: Book) => book.days.map((day) => {
    const own = chapters.filter((one) => one.locale === book.locale && one.day === day.day)
    return element('li', {}, element('span', {}, `${t(book.locale, 'course.day', { day: day.day })}. ${day.title}`), element('ol', {}, ...own.map((one) => element('li', {}, link(one)))))
  })
  const list = books.length === 1 ? days(first) : books.map((book) => element('li', {}, link(chapters.find((one) => one.locale === book.locale)!), element('ol', {}, ...days(book))))
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="${first.locale}" lang="${first.locale}"><head><title>${escapeXml(first.title)}</title></head>
<body>
<nav epub:type="toc" id="toc"><h1>${escapeXml(t(first.locale, 'package.contents'))}</h1>${writeXhtml([element('ol', {}, ...list)])}</nav>
<nav epub:type="landmarks" id="landmarks" hidden="hidden"><ol><li><a epub:type="bodymatter" href="${chapters[1]?.path ?? chapters[0]!.path}">${escapeXml(t(first.locale, 'package.begin'))}</a></li></ol></nav>
</body></html>
`
}

const css = `body { line-height: 1.5; margin: 0 5%; }
h1 { line-height: 1.2; } h1, h2, h3 { page-break-after: avoid; }
table { border-collapse: collapse; width: 100%; } th, td { border: 1px solid #888; padding: 0.3em 0.5em; text-align: left; vertical-align: top; }
img { max-width: 100%; height: auto; } figure { margin: 1em 0; }
.place { color: #4c635d; font-size: 0.9em; }
.note, .example, .check, .tool, .dialogue, .vignette, .visit, .chart-row, .triage-row { border: 1px solid #999; border-left-width: 4px; margin: 1em 0; padding: 0.4em 0.9em; page-break-inside: avoid; }
.chart-pink, .triage-red { border-left-color: #b3261e; } .chart-yellow, .triage-yellow { border-left-color: #a86e00; } .chart-green, .triage-green { border-left-color: #2e6b34; }
.answers { border-top: 1px solid #888; margin-top: 2em; } .sources, .block-source { font-size: 0.9em; }
`
