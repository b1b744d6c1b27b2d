import { compose, page as landscape } from './compose.ts'
import { type Attached, bind, decorates, newFaces, type Reading, type Seal, type Types, types } from '#modules/pdf/index.ts'
import { composeAttendance, page as portrait } from './composeAttendance.ts'
import { ornaments } from './ornament.ts'
import { readStatement, type Signed, writtenDown } from './statement.ts'

export type Manner = {
  /** The same facts as a signed credential, attached beside the statement. */
  credential?: string | null
  /** Room for a signature, which is put in afterwards. */
  seal?: Seal | null
  /** For tests: other typefaces, embedded whole, to hold the reduced ones against. */
  types?: Types
  whole?: boolean
}

/**
 * Draws a signed statement as a one-page PDF: the same bytes for the same statement, credential and origin, on every machine
 * and every day. Everything that depends on time or chance (dates, file id, names of subset fonts) comes from the statement.
 * The statement with its signature is attached, so that the file can be checked without this product. Throws `MissingGlyph`
 * rather than draw a letter wrongly.
 */
export async function drawCertificate(signed: Signed, origin: string, { credential, seal = null, types: given, whole = false }: Manner = {}): Promise<Uint8Array> {
  const statement = readStatement(signed.body)
  const { language } = statement
  const faces = newFaces(given ?? types())
  const reading: Reading = []
  const page = statement.document.template === 'attendance'
    ? { ...portrait, content: composeAttendance(faces, reading, statement, origin) }
    : { ...landscape, content: [...decorates(['/P Do']), ...compose(faces, reading, statement, origin)] }
  const pages = [{ ...page, reading, content: page.content.join('\n') }]
  const attached: Attached[] = [{ name: 'statement.json', describes: 'Signed statement', content: JSON.stringify(writtenDown(signed)) }]
  if (credential) attached.push({ name: 'credential.json', describes: 'Open Badges 3.0 credential', content: credential })
  return bind({
    faces, pages, attached, seal, whole,
    forms: statement.document.template === 'attendance' ? {} : ornaments(landscape),
    about: {
      title: `${statement.document.titles[language]} ${statement.serial}`, author: statement.centre.names[language], subject: statement.course.titles[language],
      language, day: statement.issuedOn,
    },
    id: signed.hash.slice(0, 32),
  })
}
