import { XMLParser } from 'fast-xml-parser'
import { unzipSync } from 'fflate'

// Packages read back by somebody who knows only the forms: nothing here is shared with what writes or rehearses them.

type Xml = Record<string, any>
const list = <Value>(value: Value | Value[] | undefined): Value[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])
const xml = (text: string): Xml => new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#', parseTagValue: false, parseAttributeValue: false, trimValues: false }).parse(text) as Xml

const signs: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }
/** What a reader sees of a piece of HTML, as one line. */
export const seen = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/&(\w+);/g, (whole, name: string) => signs[name] ?? whole).replace(/\s+/g, ' ').trim()
export const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()
/** Only the letters and digits of a text: neither typography nor the ends of lines count. */
export const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

/** A question as it was read. `share` is what an answer gives or takes, in percent of the mark. */
export type Read = {
  prompt: string
  feedback: string
  weight: number
  choices: { text: string; share: number }[]
  number: { value: number; tolerance: number } | null
  /** Every text that is taken for the number. */
  accepted: string[]
  order: string[]
  pairs: [string, string][]
  /** Answers that belong to nothing. */
  others: string[]
}
const blank = (): Read => ({ prompt: '', feedback: '', weight: Number.NaN, choices: [], number: null, accepted: [], order: [], pairs: [], others: [] })

/** Moodle XML: questions by their idnumber, with the category they stand in. */
export function readMoodleXml(bytes: Uint8Array): Map<string, Read & { category: string }> {
  const questions = new Map<string, Read & { category: string }>()
  let category = ''
  const text = (value: Xml | string | undefined) => String((typeof value === 'string' ? value : value?.['text']) ?? '')
  for (const one of list<Xml>(xml(Buffer.from(bytes).toString('utf8'))['quiz']['question'])) {
    if (one['@type'] === 'category') {
      category = text(one['category'])
      continue
    }
    const answers = list<Xml>(one['answer']).map((each) => ({ text: seen(text(each)), share: Number(each['@fraction']), tolerance: Number(each['tolerance']) }))
    const read: Read = { ...blank(), prompt: seen(text(one['questiontext'])), feedback: seen(text(one['generalfeedback'])), weight: Number(one['defaultgrade']) }
    if (one['@type'] === 'multichoice') read.choices = answers.map(({ text: said, share }) => ({ text: said, share }))
    else if (one['@type'] === 'numerical') read.number = { value: Number(answers[0]!.text), tolerance: answers[0]!.tolerance }
    else if (one['@type'] === 'ordering') read.order = answers.toSorted((a, b) => a.share - b.share).map((each) => each.text)
    else if (one['@type'] === 'matching') {
      const all = list<Xml>(one['subquestion']).map((each): [string, string] => [seen(text(each)), seen(text(each['answer']))])
      read.pairs = all.filter(([left]) => left)
      read.others = all.filter(([left]) => !left).map(([, right]) => right)
    } else throw new Error(`a question of the kind ${one['@type']}`)
    const id = String(one['idnumber'])
    if (questions.has(id)) throw new Error(`${id} stands twice`)
    questions.set(id, { ...read, category })
  }
  return questions
}

/** GIFT, sign by sign: questions by the id in the comment above them. */
export function readGift(bytes: Uint8Array): Map<string, Read> {
  const questions = new Map<string, Read>()
  // What a backslash protects becomes a private sign until the text has been taken apart.
  const plain = (text: string) => oneLine(text.replace(/[\ue000-\ue0ff]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xe000)))
  const whole = Buffer.from(bytes).toString('utf8').replace(/\\n/g, ' ').replace(/\\([\\~=#{}:])/g, (_, sign: string) => String.fromCharCode(0xe000 + sign.charCodeAt(0)))
  for (const [, id, prompt, inside] of whole.matchAll(/^\/\/ \[id:([^\]]+)\][^\n]*\n::[^:]*::([^{}]*)\{([^{}]*)\}$/gm)) {
    const [answers = '', feedback = ''] = inside!.split('####')
    const read: Read = { ...blank(), prompt: plain(prompt!), feedback: plain(feedback), weight: 1 }
    const lines = answers.split('\n').map((line) => line.trim()).filter(Boolean)
    if (lines.length === 0) read.order = []
    else if (lines[0]!.startsWith('#')) {
      const [value, tolerance] = lines[0]!.slice(1).split(':').map(Number)
      read.number = { value: value!, tolerance: tolerance! }
    } else if (lines.every((line) => line.includes('->'))) {
      const all = lines.map((line): [string, string] => line.slice(1).split('->').map(plain) as [string, string])
      read.pairs = all.filter(([left]) => left)
      read.others = all.filter(([left]) => !left).map(([, right]) => right)
    } else {
      read.choices = lines.map((line) => {
        const [, sign, share, text] = /^([=~])(?:%(-?[\d.]+)%)?(.*)$/.exec(line)!
        return { text: plain(text!), share: share === undefined ? (sign === '=' ? 100 : 0) : Number(share) }
      })
    }
    questions.set(id!, read)
  }
  return questions
}

const filesOf = (bytes: Uint8Array) => new Map(Object.entries(unzipSync(bytes)).map(([path, content]) => [path, Buffer.from(content).toString('utf8')]))

export type CartridgePart = { id: string; title: string; hidden: boolean; text: string; test: CartridgeTest | null }
export type CartridgeTest = { title: string; minutes: number; attempts: string; items: Map<string, Read> }

/** Common Cartridge: sections with their parts in the order of the organization, each with what stands in its file. */
export function readCartridge(bytes: Uint8Array): { title: Map<string, string>; sections: { title: string; parts: CartridgePart[] }[] } {
  const files = filesOf(bytes)
  const manifest = xml(files.get('imsmanifest.xml')!)['manifest'] as Xml
  const resources = new Map(list<Xml>(manifest['resources']['resource']).map((one) => [one['@identifier'] as string, one]))
  const part = (item: Xml): CartridgePart => {
    const resource = resources.get(item['@identifierref'])!
    const path = (resource['@href'] ?? list<Xml>(resource['file'])[0]!['@href']) as string
    const content = files.get(path)!
    const isTest = String(resource['@type']).endsWith('/assessment')
    const role = resource['metadata']?.['lom:lom']?.['lom:educational']?.['lom:intendedEndUserRole']?.['lom:value']
    return { id: item['@identifier'], title: seen(String(item['title'])), hidden: role === 'Instructor', text: isTest ? '' : seen(/<body>([\s\S]*)<\/body>/.exec(content)![1]!), test: isTest ? readTest(content) : null }
  }
  const title = list<Xml>(manifest['metadata']['lomimscc:lom']['lomimscc:general']['lomimscc:title']['lomimscc:string'])
  return {
    title: new Map(title.map((one) => [one['@language'] as string, seen(String(one['#']))])),
    sections: list<Xml>(manifest['organizations']['organization']['item']['item']).map((section) => ({ title: seen(String(section['title'])), parts: list<Xml>(section['item']).map(part) })),
  }
}

function readTest(content: string): CartridgeTest {
  const assessment = xml(content)['questestinterop']['assessment'] as Xml
  const fields = (one: Xml) => new Map(list<Xml>(one['qtimetadatafield']).map((field) => [field['fieldlabel'] as string, String(field['fieldentry'])]))
  const own = fields(assessment['qtimetadata'])
  const material = (one: Xml | undefined) => seen(seen(String(one?.['material']?.['mattext']?.['#'] ?? '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')))
  const items = new Map(list<Xml>(assessment['section']['item']).map((item): [string, Read] => {
    const metadata = fields(item['itemmetadata']['qtimetadata'])
    const read: Read = { ...blank(), prompt: material(item['presentation']), feedback: material(item['itemfeedback']?.['flow_mat']), weight: Number(metadata.get('cc_weighting')) }
    const labels = list<Xml>(item['presentation']['response_lid']?.['render_choice']?.['response_label']).map((one) => ({ id: one['@ident'] as string, text: material(one) }))
    const right = list<Xml>(item['resprocessing']['respcondition']).filter((one) => one['setvar']?.['#'] === '100').map((one) => one['conditionvar'] as Xml)
    const equals = (one: Xml | undefined) => list<Xml>(one?.['varequal']).map((each) => String(each['#']))
    if (metadata.get('cc_profile') === 'cc.fib.v0p1') read.accepted = right.flatMap(equals)
    else {
      const keys = right.flatMap((one) => (one['and'] ? equals(one['and'] as Xml) : equals(one)))
      read.choices = labels.map(({ id, text }) => ({ text, share: keys.includes(id) ? 100 / keys.length : 0 }))
    }
    return [item['@ident'] as string, read]
  }))
  return { title: seen(String(assessment['@title'])), minutes: Number(own.get('qmd_timelimit')), attempts: own.get('cc_maxattempts')!, items }
}

/** EPUB: its languages, its chapters in the order of reading, and the table of contents as days with the titles of their chapters. */
export function readEpub(bytes: Uint8Array): { identifier: string; languages: string[]; chapters: { path: string; text: string }[]; days: { title: string; chapters: { title: string; path: string }[] }[] } {
  const files = filesOf(bytes)
  const opf = xml(files.get('EPUB/package.opf')!)['package'] as Xml
  const paths = new Map(list<Xml>(opf['manifest']['item']).map((one) => [one['@id'] as string, one['@href'] as string]))
  const body = (path: string) => seen(/<body>([\s\S]*)<\/body>/.exec(files.get(`EPUB/${path}`)!)![1]!)
  const nav = files.get('EPUB/nav.xhtml')!
  const days = [...nav.matchAll(/<li><span>([^<]*)<\/span><ol>([\s\S]*?)<\/ol><\/li>/g)].map(([, title, inside]) => ({
    title: seen(title!), chapters: [...inside!.matchAll(/<a href="([^"]+)"[^>]*>([^<]*)<\/a>/g)].map(([, path, name]) => ({ path: path!, title: seen(name!) })),
  }))
  return {
    identifier: String(opf['metadata']['dc:identifier']['#']), languages: list<string>(opf['metadata']['dc:language']),
    chapters: list<Xml>(opf['spine']['itemref']).map((one) => ({ path: paths.get(one['@idref'])!, text: body(paths.get(one['@idref'])!) })), days,
  }
}

/** SCORM: of each day its title, and its pages with their text; a quiz with so many questions. */
export function readScorm(bytes: Uint8Array): Map<string, { title: string; pages: { title: string; text: string; questions: number }[] }> {
  return new Map(Object.entries(unzipSync(bytes)).filter(([path]) => path.endsWith('.zip')).map(([path, content]) => {
    const files = filesOf(content)
    const item = xml(files.get('imsmanifest.xml')!)['manifest']['organizations']['organization']['item'] as Xml
    const pages = /<main>([\s\S]*)<\/main>/.exec(files.get('index.html')!)![1]!.split(/(?=<section id="[^"]+"><h1>)/).filter((one) => one.trim())
    return [path, {
      title: seen(String(item['title'])),
      pages: pages.map((one) => ({ title: seen(/<h1>([\s\S]*?)<\/h1>/.exec(one)![1]!), text: seen(one), questions: [...one.matchAll(/<fieldset /g)].length })),
    }]
  }))
}
