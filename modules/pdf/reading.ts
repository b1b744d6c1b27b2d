import type { Locale } from '#modules/words/index.ts'
import type { Paper, Ref } from './paper.ts'
import { text } from './paper.ts'

// What a page says, in the order in which it is read, for those who hear it instead of seeing it (ISO 32000-1, 14.7 and 14.8).

export type Told = { role: 'H1' | 'P' | 'Figure'; language?: Locale; /** What a picture shows. */ alternative?: string }
export type Reading = Told[]

/** Marks what is drawn as the next thing to be read. */
export function tells(reading: Reading, told: Told, drawn: string[]): string[] {
  if (drawn.length === 0) return []
  return [`/${told.role} << /MCID ${reading.push(told) - 1} >> BDC`, ...drawn, 'EMC']
}

/** Marks what is drawn as ornament, which is not read. */
export const decorates = (drawn: string[]): string[] => (drawn.length === 0 ? [] : ['/Artifact BMC', ...drawn, 'EMC'])

/** Writes the order of reading of one page, and answers what the catalog has to name. */
export function readInOrder(paper: Paper, reading: Reading, page: Ref): string {
  const [root, whole] = [paper.reserve(), paper.reserve()]
  const parts = reading.map(({ role, language, alternative }, id) => paper.add(
    `<< /S /${role} /P ${whole} 0 R /Pg ${page} /K ${id}${language ? ` /Lang (${language})` : ''}${alternative ? ` /Alt ${text(alternative)}` : ''} >>`,
  ))
  const all = parts.join(' ')
  paper.put(whole, `<< /S /Document /P ${root} 0 R /K [${all}] >>`)
  paper.put(root, `<< /Type /StructTreeRoot /K ${whole} 0 R /ParentTree << /Nums [0 [${all}]] >> /ParentTreeNextKey 1 >>`)
  return `/MarkInfo << /Marked true >> /StructTreeRoot ${root} 0 R`
}
