import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { memoryPages, validateXML, type XMLValidationError } from 'xmllint-wasm'
import type { PackageFormat } from '#modules/packages/index.ts'

// Every XML of a package read by libxml, which is what most importers read with, and held to a schema. The schemas are our own,
// written from the rules of the importers: those of 1EdTech are not to be handed on by whoever has not registered for it.

const folder = 'tests/web/packages/schemas'
const schemas = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))

type Texts = [path: string, text: string][]
const memory = { initialMemoryPages: 16 * memoryPages.MiB, maxMemoryPages: 512 * memoryPages.MiB }
const told = ({ message, loc }: XMLValidationError, texts: Texts) => `${texts[Number(/^f(\d+)\./.exec(loc?.fileName ?? '')?.[1] ?? -1)]?.[0] ?? ''}:${loc?.lineNumber ?? ''}: ${message}`

/** What is wrong with these texts by a schema of ours; by XML itself when none is named. `names` turns a schema's version into another. */
async function check(texts: Texts, schema?: string, names: (text: string) => string = (text) => text): Promise<string[]> {
  if (texts.length === 0) return []
  const xml = texts.map(([, contents], index) => ({ fileName: `f${index}.xml`, contents }))
  try {
    const { errors } = await validateXML({
      ...memory, xml, schema: schema ? [{ fileName: schema, contents: names(schemas.get(schema)!) }] : [],
      preload: schema ? [...schemas].filter(([name]) => name !== schema).map(([fileName, contents]) => ({ fileName, contents: names(contents) })) : [],
    })
    return errors.map((one) => told(one, texts))
  } catch (error) {
    // A text that is no XML ends the program with 1; a schema that is none must not pass for a fault of the text.
    if ((error as { code?: unknown }).code !== 1) throw error
    return (error as Error).message.split('\n').filter((line) => /^f\d+\.xml:\d+:/.test(line)).map((line) => line.replace(/^f(\d+)\.xml/, (_, index: string) => texts[Number(index)]![0]))
  }
}

const textsIn = (bytes: Uint8Array, wanted: RegExp): Texts => Object.entries(unzipSync(bytes)).filter(([path]) => wanted.test(path)).map(([path, content]) => [path, Buffer.from(content).toString('utf8')])
const later = (text: string) => text.replaceAll('imsccv1p1', 'imsccv1p3').replaceAll('imscc_xmlv1p1', 'imscc_xmlv1p3').replaceAll('"1.1.0"', '"1.3.0"').replace('"imsdt_xmlv1p1"', '"imsdt_xmlv1p3"').replace('"imswl_xmlv1p1"', '"imswl_xmlv1p3"').replaceAll('Rolesv1p1', 'Rolesv1p3')

/** Everything that libxml finds wrong in a package, as file, line and rule. Empty for a form without XML. */
export async function xmlFaults(format: PackageFormat, bytes: Uint8Array): Promise<string[]> {
  switch (format) {
    case 'cc-1.1':
    case 'cc-1.3':
      return [
        ...(await check(textsIn(bytes, /^imsmanifest\.xml$/), 'cartridge.xsd', format === 'cc-1.3' ? later : undefined)), ...(await check(textsIn(bytes, /^tests\//), 'questions.xsd')),
        ...(await check(textsIn(bytes, /\.(html|svg)$/))),
      ]
    case 'scorm-1.2': {
      const days = Object.entries(unzipSync(bytes)).filter(([path]) => path.endsWith('.zip'))
      const all = days.flatMap(([day, content]) => textsIn(content, /^imsmanifest\.xml$|\.(html|svg)$/).map(([path, text]): [string, string] => [`${day}/${path}`, text]))
      return [...(await check(all.filter(([path]) => path.endsWith('.xml')), 'scorm.xsd')), ...(await check(all.filter(([path]) => /\.(html|svg)$/.test(path))))]
    }
    case 'epub-3':
      return [...(await check(textsIn(bytes, /\.opf$/), 'book.xsd')), ...(await check(textsIn(bytes, /\.(xhtml|svg|xml)$/)))]
    case 'moodle-xml':
      return check([['questions.xml', Buffer.from(bytes).toString('utf8')]], 'moodle.xsd')
    case 'syllabus-docx':
      return check(textsIn(bytes, /\.(xml|rels)$/))
    default:
      return []
  }
}
