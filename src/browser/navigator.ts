import { keepFlags, readFlags } from './answers.ts'
import type { Completion } from './choices.ts'

// The list of all questions, and the marks that a person puts on some of them to look at again.

const list = document.querySelector<HTMLDetailsElement>('[data-navigator]')!
const words = list.dataset as Record<string, string>
const marks = JSON.parse(words['marks']!) as Record<Completion, string>
const links = new Map([...list.querySelectorAll<HTMLElement>('[data-goto]')].map((link) => [link.dataset['goto']!, link]))

/** Shows in the list how far a question is answered. */
export function showCompletion(item: string, state: Completion) {
  const link = links.get(item)!
  if (link.dataset['is'] === state) return
  link.dataset['is'] = state
  link.querySelector('[data-mark]')!.textContent = marks[state]
  link.querySelector('[data-word]')!.textContent = words[state]!
}

/** Lets each question be marked, in its form and in the list. */
export function enableFlags(attempt: string) {
  const flags = new Set(readFlags(attempt))
  list.querySelector<HTMLElement>('[data-flags-note]')!.hidden = false
  for (const [item, link] of links) {
    const button = document.querySelector<HTMLButtonElement>(`[data-item="${CSS.escape(item)}"]`)!.closest('form')!.querySelector<HTMLButtonElement>('[data-flag]')!
    const show = () => {
      button.setAttribute('aria-pressed', String(flags.has(item)))
      link.querySelector<HTMLElement>('[data-flagged]')!.hidden = !flags.has(item)
    }
    button.hidden = false
    button.addEventListener('click', () => {
      if (!flags.delete(item)) flags.add(item)
      keepFlags(attempt, [...flags])
      show()
    })
    show()
  }
}

/** A question that is chosen from the list has the page to itself. */
list.addEventListener('click', (event) => {
  if ((event.target as Element).closest('[data-goto]')) list.open = false
})
list.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !list.open) return
  list.open = false
  list.querySelector('summary')!.focus()
})
