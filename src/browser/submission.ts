import { readFlags, send, unsent } from './answers.ts'

// Before handing in: answers that are only on this device go to the server first, and the page says so until they have.

const root = document.getElementById('submission')!
const attempt = root.dataset['attempt']!
const notice = root.querySelector<HTMLElement>('[data-show="pending"]')!
const button = root.querySelector<HTMLButtonElement>('form button')!

for (const mark of root.querySelectorAll<HTMLElement>('[data-flagged]')) mark.hidden = !readFlags(attempt).includes(mark.dataset['flagged']!)

async function empty() {
  const waiting = unsent(attempt)
  if (waiting.length === 0) return
  notice.hidden = false
  notice.textContent = root.dataset['sending']!
  button.disabled = true
  const outcomes = await Promise.all(waiting.map(([item, answer]) => send(attempt, item, answer)))
  button.disabled = false
  if (outcomes.includes('offline')) {
    notice.textContent = root.dataset['failed']!
    setTimeout(empty, 5000)
  } else if (outcomes.every((one) => one === 'refused')) {
    // Drawing the page again would send them again, for ever.
    notice.textContent = root.dataset['refused']!
  } else location.reload()
}
void empty()
addEventListener('online', () => void empty())
