import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { dayAs, pack, type Paper, plainStream, type Ref, stream, text } from './paper.ts'

// What makes a PDF fit to be kept, in the form of PDF/A-3b (ISO 19005-3): what it is about as XMP, equal to the document's
// information; the colour space that its colours are meant in; and what is attached, each with its relation. No validator has
// confirmed the conformance, and nothing here may say that one has.

export type About = { title: string; author: string; subject: string; language: string; day: string }
export type Attached = { name: string; describes: string; content: string }

let colours: Buffer | undefined
/** The sRGB profile, read and packed once. Where it is from and its licence stand beside it. */
const profile = () => (colours ??= stream(pack(readFileSync(resolve('modules/pdf/colours/sRGB.icc'))), '/N 3'))

/** Writes the document's information, and answers what the catalog has to name. */
export function keptFor(paper: Paper, about: About, attached: readonly Attached[]): { info: Ref; catalog: string } {
  const colour = paper.add(profile())
  const intent = paper.add(`<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1) /Info (sRGB IEC61966-2.1) /DestOutputProfile ${colour} >>`)
  const metadata = paper.add(plainStream(Buffer.from(xmp(about), 'utf8'), '/Type /Metadata /Subtype /XML'))
  const info = paper.add(
    `<< /Title ${text(about.title)} /Author ${text(about.author)} /Subject ${text(about.subject)} /Creator (Besik) /Producer (Besik) /CreationDate ${dayAs(about.day)} /ModDate ${dayAs(about.day)} >>`,
  )
  const files = attached.map(({ name, describes, content }) => {
    const bytes = Buffer.from(content, 'utf8')
    const file = paper.add(stream(pack(bytes), `/Type /EmbeddedFile /Subtype /application#2Fjson /Params << /Size ${bytes.length} /CreationDate ${dayAs(about.day)} /ModDate ${dayAs(about.day)} >>`))
    return { name, ref: paper.add(`<< /Type /Filespec /F (${name}) /UF (${name}) /Desc ${text(describes)} /AFRelationship /Data /EF << /F ${file} /UF ${file} >> >>`) }
  })
  // A name tree is in the order of its names.
  const named = files.toSorted((one, other) => (one.name < other.name ? -1 : 1)).map(({ name, ref }) => `(${name}) ${ref}`)
  return {
    info,
    catalog: `/OutputIntents [${intent}] /Metadata ${metadata} /Lang (${about.language}) /ViewerPreferences << /DisplayDocTitle true >>`
      + (files.length > 0 ? ` /AF [${files.map(({ ref }) => ref).join(' ')}] /Names << /EmbeddedFiles << /Names [${named.join(' ')}] >> >>` : ''),
  }
}

const escaped = (value: string) => value.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]!)

/** The XMP packet (ISO 16684-1): the same facts as the document's information, and the form of the file. */
function xmp({ title, author, subject, day }: About): string {
  const at = `${day}T00:00:00Z`
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escaped(title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>${escaped(author)}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escaped(subject)}</rdf:li></rdf:Alt></dc:description>
<xmp:CreatorTool>Besik</xmp:CreatorTool>
<xmp:CreateDate>${at}</xmp:CreateDate>
<xmp:ModifyDate>${at}</xmp:ModifyDate>
<pdf:Producer>Besik</pdf:Producer>
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`
}
