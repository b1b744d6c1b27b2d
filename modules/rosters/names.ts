import type { Field } from './columns.ts'
import { type Problem, problem, shown } from './problems.ts'

// Names as they stand in a cell, tidied or refused. Pure.

export const longestName = 100

const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u
/** A spreadsheet runs a cell that begins so; a tab or line break in front is an old trick. */
const formula = /^[\t\r\n ]*[=+\-@＝＋－＠]/
/** What people write where there is nothing to write. */
const nothing = /^[-–—_.\s]*$|^(жоқ|нет|no|none|н\/д|б\/о)$/iu

/** A cell of plain text, with outer and doubled spaces gone. Null when it is empty; a problem when it is dangerous. */
export function plain(field: Field, cell: string, longest = 300): { text: string | null; problems: Problem[] } {
  const text = cell.normalize('NFC').replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000 ]+/g, ' ').trim()
  if (text === '' || nothing.test(text)) return { text: null, problems: [] }
  if (formula.test(cell)) return { text: null, problems: [problem(field, 'formula', { text: shown(text) })] }
  const unseen = hidden.exec(text)
  if (unseen) return { text: null, problems: [problem(field, 'hidden', { sign: codeOf(unseen[0]) })] }
  if (text.length > longest) return { text: null, problems: [problem(field, 'long', { max: longest })] }
  return { text, problems: [] }
}

const codeOf = (character: string) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

// Latin letters and the Cyrillic ones that look the same.
const latin = 'ABCEHKMOPTXYIƏaceopxyihə'
const cyrillic = 'АВСЕНКМОРТХҮІӘасеорхуіһә'
const toCyrillic = new Map([...latin].map((letter, index) => [letter, [...cyrillic][index]!]))
const toLatin = new Map([...cyrillic].map((letter, index) => [letter, [...latin][index]!]))
const isLatin = /\p{Script=Latin}/u
const isCyrillic = /\p{Script=Cyrillic}/u

/** One name (surname, given name or patronymic) from its cell, with everything that was done to it told. */
export function readName(field: Field, cell: string): { name: string | null; problems: Problem[] } {
  const { text, problems } = plain(field, cell, longestName)
  if (text === null) return { name: null, problems }
  if (text.includes('?') || text.includes('\ufffd')) return { name: null, problems: [problem(field, 'name-lost', { text: shown(text) })] }
  const name = text.replace(/[’ʼ`´‘]/g, "'").replace(/[‐‑–]/g, '-').replace(/ ?- ?/g, '-')
  const odd = /[^\p{Script=Latin}\p{Script=Cyrillic}' -]/u.exec(name)
  if (odd?.[0] === '.') return { name: null, problems: [problem(field, 'name-initials', { text: shown(text) })] }
  if (odd) return { name: null, problems: [problem(field, 'name-sign', { sign: odd[0], code: codeOf(odd[0]) })] }
  if (!/^\p{L}/u.test(name) || /['-]$|--|''/.test(name)) return { name: null, problems: [problem(field, 'name-sign', { sign: name[0]!, code: codeOf(name[0]!) })] }

  if (cell.normalize('NFC') !== text) problems.push(problem(field, 'spaces'))
  const oneScript = name.split(/( |-)/).map((word) => untangle(word))
  if (oneScript.includes(null)) return { name: null, problems: [problem(field, 'name-mixed', { text: shown(name) })] }
  const clean = oneScript.join('')
  if (clean !== name) problems.push(problem(field, 'name-lookalikes', { from: shown(name), to: shown(clean), letters: [...new Set([...name].filter((letter, at) => [...clean][at] !== letter))].join(', ') }))
  const cased = letterCase(clean)
  if (cased !== clean) problems.push(problem(field, 'name-case', { from: shown(clean), to: shown(cased) }))
  return { name: cased, problems }
}

/** A word in one script: the few look-alike letters of the other are changed. Null when that can't be done. */
function untangle(word: string): string | null {
  if (!isLatin.test(word) || !isCyrillic.test(word)) return word
  const letters = [...word]
  const all = (script: RegExp, map: Map<string, string>) => letters.every((letter) => !script.test(letter) || map.has(letter))
  if (all(isLatin, toCyrillic)) return letters.map((letter) => toCyrillic.get(letter) ?? letter).join('')
  if (all(isCyrillic, toLatin)) return letters.map((letter) => toLatin.get(letter) ?? letter).join('')
  return null
}

// «Мамед оглы», «Серік ұлы»: these stay small.
const particles = new Set(['оглы', 'углы', 'улы', 'ұлы', 'кызы', 'қызы', 'гызы', 'уулу', 'угли', 'кизи', 'де', 'фон', 'ван', 'бен', 'бинт'])

/** ОСПАНОВ and оспанов become Оспанов; a name with capitals and small letters stays as it was written. */
function letterCase(name: string): string {
  const shouted = name === name.toUpperCase() && /\p{L}.*\p{L}/u.test(name)
  return name.split(/( |-)/).map((word, index) => {
    const small = word.toLowerCase()
    if (index > 0 && particles.has(small)) return small
    if (shouted) return capital(small)
    return word === small ? capital(word) : word
  }).join('')
}

const capital = (word: string) => word.replace(/^(\p{L}')?\p{L}/u, (start) => start.toUpperCase())

/** Surname, given name and patronymic out of one cell; the patronymic may be two words («Серік ұлы»). */
export function splitFullName(cell: string): { familyName: string; givenName: string; patronymic: string } {
  const words = cell.normalize('NFC').split(/[\s\u00a0]+/).filter(Boolean)
  const [familyName = '', givenName = '', ...rest] = words
  return { familyName, givenName, patronymic: rest.join(' ') }
}

/** What a patronymic says about its bearer's sex, if anything. */
export function sexOfPatronymic(patronymic: string | null): 'female' | 'male' | null {
  if (!patronymic) return null
  if (/(қызы|кызы|гызы|овна|евна|ична|инична)$/iu.test(patronymic)) return 'female'
  return /(ұлы|улы|оглы|ович|евич|ич)$/iu.test(patronymic) ? 'male' : null
}

/** True when a row's names are written in different scripts. */
export const scriptsDiffer = (names: readonly (string | null)[]) => {
  const written = names.filter((name) => name !== null)
  return written.some((name) => isLatin.test(name)) && written.some((name) => isCyrillic.test(name))
}
