import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { Finding } from './format.ts'

type Xml = Record<string, any>
const list = <Value>(value: Value | Value[] | undefined): Value[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])
const reader = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#', parseTagValue: false, parseAttributeValue: false, cdataPropName: false as never })

/** The fractions that Moodle knows, in percent: whole parts up to sixths, tenths, sevenths, eighths, ninths and a twentieth. */
const parts = [...Array.from({ length: 6 }, (_, q) => Array.from({ length: q + 2 }, (_, p) => p / (q + 1))).flat(), ...Array.from({ length: 11 }, (_, n) => n / 10), 1 / 7, 1 / 8, 1 / 9, 1 / 20]
const isKnown = (fraction: number) => parts.some((one) => Math.abs(one * 100 - Math.abs(fraction)) < 0.00005)
const types = ['category', 'multichoice', 'truefalse', 'shortanswer', 'numerical', 'matching', 'ordering', 'essay', 'cloze', 'gapselect', 'ddwtos']

/** What Moodle's importer would skip, refuse or die of. */
export function rehearseMoodleXml(bytes: Uint8Array): Finding[] {
  const path = 'questions.xml'
  const text = Buffer.from(bytes).toString('utf8')
  const valid = XMLValidator.validate(text)
  if (valid !== true) return [{ rule: 'well-formed', path, message: `${valid.err.msg} in line ${valid.err.line}` }]
  const findings: Finding[] = []
  const idnumbers = new Set<string>()
  if (text.includes('\ufffd')) findings.push({ rule: 'encoding', path, message: 'is not UTF-8' })
  for (const question of list<Xml>((reader.parse(text) as Xml)['quiz']?.['question'])) {
    const type = question['@type'] as string
    const at = `${path}#${question['idnumber'] ?? question['name']?.['text'] ?? '?'}`
    const note = (rule: string, message: string) => findings.push({ rule, path: at, message })
    if (!types.includes(type)) note('type', `${type} is not known to Moodle`)
    const id = question['idnumber'] as string | undefined
    if (!id || idnumbers.has(id)) note('idnumber', 'is missing or stands twice')
    else idnumbers.add(id)
    if (type === 'category') {
      if (!String(question['category']?.['text'] ?? '').startsWith('$course$/')) note('category', 'does not begin at the course')
      continue
    }
    for (const [name, value] of [['name', question['name']?.['text']], ['questiontext', question['questiontext']?.['text']]] as const) if (!String(value ?? '').trim()) note(name, 'is empty')
    const fractions = list<Xml>(question['answer']).map((one) => Number(one['@fraction']))
    if (type === 'multichoice') {
      for (const one of fractions) if (!isKnown(one)) note('fraction', `${one} % is not on Moodle’s list: the question would be skipped`)
      const best = fractions.filter((one) => one > 0).reduce((total, one) => total + one, 0)
      if (question['single'] === 'true' ? Math.max(...fractions) !== 100 : Math.abs(best - 100) > 0.001) note('fraction', 'the right answers are not the whole mark')
      if (fractions.length < 2) note('answers', 'are fewer than two')
    }
    if (type === 'numerical' && (fractions[0] !== 100 || !Number.isFinite(Number(list<Xml>(question['answer'])[0]?.['text'])) || Number(list<Xml>(question['answer'])[0]?.['tolerance']) < 0)) note('key', 'is not a number with its tolerance')
    if (type === 'ordering' && question['shownumcorrect'] === undefined) note('shownumcorrect', 'is missing: the importer would die here and lose every question after it')
    if (type === 'ordering' && fractions.some((one, index) => one !== index + 1)) note('order', 'the steps are not numbered from 1')
    if (type === 'matching') {
      const pairs = list<Xml>(question['subquestion'])
      if (pairs.filter((one) => String(one['text'] ?? '').trim()).length < 2 || pairs.length < 3 && pairs.some((one) => !String(one['answer']?.['text'] ?? '').trim())) note('pairs', 'are fewer than two, or one has no answer')
    }
  }
  if (idnumbers.size === 0) findings.push({ rule: 'questions', path, message: 'there are none' })
  return findings
}
