import type { Actor } from '#modules/actor.ts'
import type { Reading } from '#modules/courses/index.ts'
import { fullName, type Locale, t } from '#modules/words/index.ts'
import { gzipOf, pack, type Packed, store } from './gzip.ts'
import { icons } from './icons.ts'
import type { SignedIn } from './signedIn.ts'

// A lesson is the same bytes for everybody but three slots: the reader's name, whether the reader has finished it, and the bookmark. It is
// rendered once for each language and set of roles (the menu differs), and once more for those who read it as facilitators; the
// server then fills the slots without Astro.
// The rights are asked at every request, before a shell is even looked up.

export const lessonPattern = '/[locale]/learn/courses/[course]/[edition]/[lesson]'
const lessonPath = /^\/(kk|ru|en)\/learn\/courses\/([a-z-]{1,80})\/\d{1,6}\/[\w-]{1,120}$/

export const isLessonPath = (path: string) => lessonPath.test(path)

/** The course that the path of a lesson names. */
export const courseOf = (path: string) => lessonPath.exec(path)![2]!

type Slot = 'name' | 'done' | 'bookmark'
/** Stands in the rendered page where a slot is; no author can write these signs, for they are not characters. */
const marks: Record<Slot, string> = { name: '\ue000name\ue001', done: '\ue000done\ue001', bookmark: '\ue000bookmark\ue001' }

/** A slot of a page: its mark while a shell is being made, otherwise the text itself. */
export const slot = (locals: App.Locals, name: Slot, text: string) => (locals.shell ? marks[name] : text)

export type Shell = { parts: Packed[]; slots: Slot[]; locale: Locale; editionId: string; lessonId: string }

// The built pages and the server each carry a copy of this file: the shells are the process's.
const shared = Symbol.for('besik.lesson-shells')
type Kept = { shells: Map<string, Shell>; lessons: Map<string, Pick<Shell, 'editionId' | 'lessonId'>> }
const { shells, lessons } = ((globalThis as Record<symbol, unknown>)[shared] ??= { shells: new Map(), lessons: new Map() } satisfies Kept) as Kept
const most = 600

const keyOf = (path: string, actor: Actor, facilitator: boolean) => `${path} ${[...new Set(actor.memberships.map((one) => one.role))].sort().join()} ${facilitator ? 'facilitator' : 'trainee'}`

/** The lesson at a path that has a shell for somebody. */
export const lessonAt = (path: string) => lessons.get(path)

export const shellOf = (path: string, actor: Actor, facilitator: boolean) => shells.get(keyOf(path, actor, facilitator))

/** Keeps a rendered page as a shell; the oldest goes when there are too many. */
export function keepShell(path: string, actor: Actor, facilitator: boolean, html: string, facts: Pick<Shell, 'locale' | 'editionId' | 'lessonId'>): Shell {
  const slots: Slot[] = []
  const parts = html.split(/(\ue000(?:name|done|bookmark)\ue001)/).filter((part) => {
    const name = (Object.keys(marks) as Slot[]).find((one) => marks[one] === part)
    if (name) slots.push(name)
    return !name
  })
  const shell: Shell = { parts: parts.map((part) => pack(Buffer.from(part))), slots, ...facts }
  if (shells.size >= most) shells.delete(shells.keys().next().value!)
  lessons.set(path, { editionId: facts.editionId, lessonId: facts.lessonId })
  shells.set(keyOf(path, actor, facilitator), shell)
  return shell
}

const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** The reader's name as the header shows it. */
export const readerName = (person: Pick<SignedIn, 'familyName' | 'givenName'>) => fullName({ familyName: person.familyName, givenName: person.givenName })

/** The line that says that a lesson is finished; nothing when it isn't. */
export const doneLine = (locale: Locale, done: boolean) =>
  done ? `<p class="text-primary mt-2 flex items-center gap-1 font-medium"><svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${icons.tick}</svg>${t(locale, 'lesson.done')}</p>` : ''

/** The form that puts a bookmark into a lesson, or takes it out: one press, and the page comes back as it then is. */
export const bookmarkForm = (locale: Locale, { editionId, lessonId }: Pick<Shell, 'editionId' | 'lessonId'>, bookmarked: boolean) =>
  `<form method="post" action="?_action=lessons.bookmark" class="no-print"><input type="hidden" name="editionId" value="${escape(editionId)}"><input type="hidden" name="lessonId" value="${escape(lessonId)}"><input type="hidden" name="keep" value="${bookmarked ? 'no' : 'yes'}"><button class="btn btn-quiet btn-sm min-h-11"><svg width="20" height="20" viewBox="0 0 24 24" fill="${bookmarked ? 'currentColor' : 'none'}" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${icons.bookmark}</svg>${t(locale, bookmarked ? 'lesson.bookmark.remove' : 'lesson.bookmark.add')}</button></form>`

/** The page for one reader, packed when the reader's browser takes that. */
export function fillShell(shell: Shell, person: Pick<SignedIn, 'familyName' | 'givenName'>, { finished, bookmarked }: Reading, packed: boolean): Buffer<ArrayBuffer> {
  const texts: Record<Slot, Packed> = {
    name: store(Buffer.from(escape(readerName(person)))),
    done: store(Buffer.from(doneLine(shell.locale, finished))),
    bookmark: store(Buffer.from(bookmarkForm(shell.locale, shell, bookmarked))),
  }
  const parts = shell.parts.flatMap((part, index) => (shell.slots[index] ? [part, texts[shell.slots[index]]] : [part]))
  return packed ? gzipOf(parts) : Buffer.concat(parts.map(({ plain }) => plain))
}
