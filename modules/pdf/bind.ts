import { type About, type Attached, keptFor } from './archive.ts'
import { embedFace, type Faces } from './faces.ts'
import { newPaper, pack, type Paper, type Ref, stream, text } from './paper.ts'
import { n } from './pen.ts'
import { type Reading, readInOrder } from './reading.ts'

/** A written page; with `reading`, the order in which a first page is read. */
export type Page = { width: number; height: number; content: string; reading?: Reading }
/** Something drawn by name; `uses` names other forms that stand before it. */
export type Form = { content: string; bounds: [number, number, number, number]; uses?: readonly string[] }

type Bound = {
  faces: Faces
  pages: readonly Page[]
  /** What pages draw by name, packed once for all documents. */
  forms?: Readonly<Record<string, Form>>
  about: About
  attached?: readonly Attached[]
  /** 32 hex digits that no other content has. */
  id: string
  /** Leaves room for a signature; `sealedWith` fills it. */
  seal?: Seal | null
  /** For tests: with whole typefaces instead of the letters that were written. */
  whole?: boolean
}

const packed = new WeakMap<Form, Uint8Array>()
function contentOf(form: Form): Uint8Array {
  let content = packed.get(form)
  if (!content) packed.set(form, (content = pack(form.content)))
  return content
}

/** Binds written pages to a PDF: the same bytes for the same pages and facts. The faces hold what was written in them. */
export function bind({ faces, pages, forms = {}, about, attached = [], id, seal = null, whole = false }: Bound): Buffer {
  const paper = newPaper()
  const [catalog, tree] = [paper.reserve(), paper.reserve()]
  const drawn = new Map<string, Ref>()
  const drawings = (names: Iterable<string>) => [...names].map((name) => `/${name} ${drawn.get(name)!}`).join(' ')
  for (const [name, form] of Object.entries(forms)) {
    drawn.set(name, paper.add(stream(contentOf(form), `/Type /XObject /Subtype /Form /BBox [${form.bounds.map(n).join(' ')}] /Resources << /XObject << ${drawings(form.uses ?? [])} >> >>`)))
  }
  const fonts = Object.values(faces).filter(({ used }) => used.size > 0).map((face) => `/${face.resource} ${embedFace(paper, face, whole)}`)
  const resources = paper.add(`<< /Font << ${fonts.join(' ')} >> /XObject << ${drawings(drawn.keys())} >> >>`)
  const numbers = pages.map(() => paper.reserve())
  const signed = seal ? roomForSeal(paper, seal, numbers[0]!) : null
  const kids = pages.map(({ width, height, content }, index) => {
    const contents = paper.add(stream(pack(content)))
    const signs = signed && index === 0 ? ` /Annots [${signed}]` : ''
    const read = pages[0]?.reading && index === 0 ? ' /StructParents 0' : ''
    return paper.put(numbers[index]!, `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 ${n(width)} ${n(height)}] /Resources ${resources} /Contents ${contents}${signs}${read} >>`)
  })
  paper.put(tree, `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`)
  const reading = pages[0]?.reading ? readInOrder(paper, pages[0].reading, kids[0]!) : ''
  const { info, catalog: named } = keptFor(paper, about, attached)
  return paper.finish({ root: paper.put(catalog, `<< /Type /Catalog /Pages ${tree} 0 R ${named} ${reading}${signed ? ` /AcroForm << /SigFlags 3 /Fields [${signed}] >>` : ''} >>`), info, id })
}

/** When the signature is made and by whom, and how many bytes it takes at most. */
export type Seal = { at: Date; name: string; room: number }

/** A signature field that nobody sees, with a signature to come (ISO 32000-1, 12.8): what it says in print stands on the page. */
function roomForSeal(paper: Paper, { at, name, room }: Seal, page: number): Ref {
  const time = at.toISOString().replace(/[-:T]/g, '').slice(0, 14)
  const signature = paper.add(
    `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 /********** /********** /**********] /Contents <${'0'.repeat(2 * room)}> `
    + `/M (D:${time}Z) /Name ${text(name)} >>`,
  )
  return paper.add(`<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /Rect [0 0 0 0] /F 132 /P ${page} 0 R /V ${signature} >>`)
}
