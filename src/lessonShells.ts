import type { Actor } from '#modules/actor.ts'
import { fullName, type Locale, t } from '#modules/words/index.ts'
import { icons } from './icons.ts'
import type { SignedIn } from './signedIn.ts'

// A lesson is the same bytes for everybody but two slots: the reader's name, and whether the reader has finished it. It is
// rendered once for each language and set of roles (the menu differs), and the server then fills the slots without Astro.
// The rights are asked at every request, before a shell is even looked up.

export const lessonPattern = '/[locale]/learn/courses/[course]/[edition]/[lesson]'
const lessonPath = /^\/(kk|ru|en)\/learn\/courses\/[a-z-]{1,80}\/\d{1,6}\/[\w-]{1,120}$/

export const isLessonPath = (path: string) => lessonPath.test(path)

type Slot = 'name' | 'done'
/** Stands in the rendered page where a slot is; no author can write these signs, for they are not characters. */
const marks: Record<Slot, string> = { name: '\ue000name\ue001', done: '\ue000done\ue001' }

/** A slot of a page: its mark while a shell is being made, otherwise the text itself. */
export const slot = (locals: App.Locals, name: Slot, text: string) => (locals.shell ? marks[name] : text)

export type Shell = { parts: Buffer[]; slots: Slot[]; locale: Locale; editionId: string; lessonId: string }

// The built pages and the server each carry a copy of this file: the shells are the process's.
const shared = Symbol.for('besik.lesson-shells')
const shells = ((globalThis as Record<symbol, unknown>)[shared] ??= new Map<string, Shell>()) as Map<string, Shell>
const most = 600

const keyOf = (path: string, actor: Actor) => `${path} ${[...new Set(actor.memberships.map((one) => one.role))].sort().join()}`

export const shellOf = (path: string, actor: Actor) => shells.get(keyOf(path, actor))

/** Keeps a rendered page as a shell; the oldest goes when there are too many. */
export function keepShell(path: string, actor: Actor, html: string, facts: Pick<Shell, 'locale' | 'editionId' | 'lessonId'>): Shell {
  const slots: Slot[] = []
  const parts = html.split(/(\ue000(?:name|done)\ue001)/).filter((part) => {
    const name = (Object.keys(marks) as Slot[]).find((one) => marks[one] === part)
    if (name) slots.push(name)
    return !name
  })
  const shell: Shell = { parts: parts.map((part) => Buffer.from(part)), slots, ...facts }
  if (shells.size >= most) shells.delete(shells.keys().next().value!)
  shells.set(keyOf(path, actor), shell)
  return shell
}

const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** The reader's name as the header shows it. */
export const readerName = (person: Pick<SignedIn, 'familyName' | 'givenName'>) => fullName({ familyName: person.familyName, givenName: person.givenName })

/** The line that says that a lesson is finished; nothing when it isn't. */
export const doneLine = (locale: Locale, done: boolean) =>
  done ? `<p class="text-primary mt-2 flex items-center gap-1 font-medium"><svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${icons.tick}</svg>${t(locale, 'lesson.done')}</p>` : ''

/** The page for one reader. */
export function fillShell(shell: Shell, person: Pick<SignedIn, 'familyName' | 'givenName'>, done: boolean): Buffer<ArrayBuffer> {
  const texts: Record<Slot, Buffer> = { name: Buffer.from(escape(readerName(person))), done: Buffer.from(doneLine(shell.locale, done)) }
  return Buffer.concat(shell.parts.flatMap((part, index) => (shell.slots[index] ? [part, texts[shell.slots[index]]] : [part])))
}
