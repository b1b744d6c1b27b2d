import { checkFile, type Checked, type Facts, type Key } from './checkFile.ts'
import type { Vocabulary } from './credentialProof.ts'

/** What the page gives: words, dates in the reader's manner, and the keys. */
type Words = { locale: 'kk' | 'ru' | 'en'; say: Record<string, string>; facts: Record<string, string>; months: string[] }

const largest = 1_000_000

/** Checks a file and shows what was found in place of what stood there before. Nothing of the file leaves the browser. */
export async function showFile(section: HTMLElement, file: File): Promise<void> {
  const place = section.querySelector<HTMLElement>('[data-found]')!
  const words = JSON.parse(section.dataset['words']!) as Words
  const keys = JSON.parse(section.dataset['keys']!) as Key[]
  const found = file.size > largest ? null : await checkFile(new Uint8Array(await file.arrayBuffer()), keys, JSON.parse(section.dataset['vocabulary']!) as Vocabulary)
  if (found?.state === 'unsupported') {
    section.dataset['send'] = 'yes'
    for (const part of section.querySelectorAll<HTMLElement>('[data-sent]')) part.hidden = false
  }
  place.replaceChildren(...(found ? answer(found, words) : [line(words.say['too-large']!, 'alert border-error bg-base-100 border-2')]))
  place.dataset['state'] = found?.state ?? 'too-large'
  // A list of facts needs more room than a form.
  section.classList.add('lg:col-span-2')
  place.hidden = false
  place.focus()
}

function answer(found: Checked, words: Words): HTMLElement[] {
  const good = found.state === 'holds'
  const head = element('div', `alert block border-2 bg-base-100 ${good ? 'border-success' : 'border-error'}`)
  head.append(line(words.say[`${found.state}.title`]!, 'text-lg font-semibold'), line(words.say[found.state]!, 'mt-1'))
  if (!found.facts) return [head]
  const { facts } = found
  const parts = [head]
  if (facts.demonstration) parts.push(line(words.say['demonstration']!, 'alert alert-warning border-0 font-semibold'))
  if (facts.expiresOn && facts.expiresOn < today()) parts.push(line(fill(words.say['expired']!, { date: date(words, facts.expiresOn) }), 'alert alert-warning border-0 font-semibold'))
  return [...parts, list(facts, words), line(words.say['limits']!, ''), asking(found, facts, words)]
}

/** Every printed fact, in the order of the paper. */
function list(facts: Facts, words: Words): HTMLElement {
  const { locale } = words
  const { approval, accreditation } = facts
  const work = [facts.holder.profession?.[locale], facts.holder.facility?.[locale]].filter(Boolean).join(' · ')
  const told: [name: string, value: string | null | undefined][] = [
    ['kind', facts.document?.titles[locale]], ['confirms', facts.document?.confirms[locale]], ['serial', facts.serial], ['holder', facts.holder.name], ['work', work],
    ['course', facts.course.titles[locale]], ['hours', String(facts.course.hours)], ['credits', facts.credits && String(Number(facts.credits)).replace('.', locale === 'en' ? '.' : ',')], ['starts', date(words, facts.startsOn)], ['ends', date(words, facts.endsOn)],
    ['centre', facts.centre.names[locale]], ['accreditation', accreditation && [accreditation.body[locale], `№ ${accreditation.number}`, accreditation.validUntil && date(words, accreditation.validUntil)].filter(Boolean).join(', ')],
    ['director', facts.centre.director], ['guideline', facts.course.guideline.titles[locale]], ['edition', String(facts.course.edition)],
    ['approval', approval && `${approval.body}, № ${approval.number}, ${date(words, approval.date)}`], ['basis', facts.document?.legalBasis?.[locale]],
    ['issued', date(words, facts.issuedOn)], ['expires', facts.expiresOn ? date(words, facts.expiresOn) : words.say['for-ever']], ['replaces', facts.predecessor], ['renews', facts.renews],
    ['code', facts.code.replace(/(.{4})(?=.)/g, '$1-')],
  ]
  const all = element('dl', 'divide-base-300 divide-y')
  for (const [name, value] of told) {
    if (!value) continue
    const row = element('div', 'grid gap-x-6 py-2 sm:grid-cols-[13rem_1fr]')
    row.append(text('dt', words.facts[name]!, 'text-soft'), text('dd', value, name === 'code' ? 'break-all tabular-nums' : name === 'holder' ? 'text-lg font-semibold' : ''))
    all.append(row)
  }
  return all
}

/** Asks the register about the code, if the reader wishes: the code alone is sent. */
function asking({ sha256, pdf }: Checked, facts: Facts, words: Words): HTMLElement {
  const box = element('div', 'grid gap-2')
  const button = text('button', words.say['ask']!, 'btn btn-quiet justify-self-start')
  const said = element('div', 'grid gap-2')
  said.setAttribute('role', 'status')
  button.setAttribute('type', 'button')
  button.addEventListener('click', async () => {
    said.replaceChildren(line(await status(facts.code, pdf ? sha256 : null, words), 'font-semibold'), link(`/${words.locale}/verify/${facts.code}`, words.say['open']!))
  })
  box.append(button, line(words.say['ask.hint']!, 'small'), said)
  return box
}

async function status(code: string, sha256: string | null, { say }: Words): Promise<string> {
  try {
    const response = await fetch(`/api/v1/certificates/${code}`)
    if (response.status === 404) return say['state.unknown']!
    if (!response.ok) return say['state.unreachable']!
    const known = (await response.json()) as { status: string; pdf: string | null }
    const exact = sha256 === null || known.pdf === null ? '' : known.pdf === sha256 ? say['exact']! : say['not-exact']!
    return [say[`state.${known.status}`], exact].filter(Boolean).join(' ')
  } catch {
    return say['state.unreachable']!
  }
}

const today = () => new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Almaty' })
const fill = (sentence: string, values: Record<string, string>) => sentence.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)

/** A day as the page writes the 17th of its month in 2001. */
const date = ({ months }: Words, day: string) => months[Number(day.slice(5, 7)) - 1]!.replace('17', String(Number(day.slice(8)))).replace('2001', day.slice(0, 4))

function element(name: string, look: string): HTMLElement {
  const one = document.createElement(name)
  if (look) one.className = look
  return one
}

function text(name: string, content: string, look: string): HTMLElement {
  const one = element(name, look)
  one.textContent = content
  return one
}

const line = (content: string, look: string) => text('p', content, look)

function link(href: string, name: string): HTMLElement {
  const one = text('a', name, 'link') as HTMLAnchorElement
  one.href = href
  return one
}
