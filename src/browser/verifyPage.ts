// Checks a chosen file in this browser, so that it needn't be sent anywhere. Without this script the form sends it to the
// register. What does the work is fetched once the page stands, so that it is there when the connection is gone.

const work = () => import('./verifyFile.ts')

for (const section of document.querySelectorAll<HTMLElement>('[data-check-file]')) {
  const [form, input] = [section.querySelector('form'), section.querySelector<HTMLInputElement>('input[type="file"]')]
  if (!form || !input || !globalThis.crypto?.subtle || typeof DecompressionStream === 'undefined') continue
  for (const part of section.querySelectorAll<HTMLElement>('[data-sent]')) part.hidden = true
  for (const part of section.querySelectorAll<HTMLElement>('[data-here]')) part.hidden = false
  setTimeout(() => void work().catch(() => undefined), 500)
  input.accept = 'application/pdf,.pdf,application/json,.json'

  const check = async () => {
    const file = input.files?.[0]
    if (!file) return input.focus()
    const { showFile } = await work()
    await showFile(section, file)
  }
  input.addEventListener('change', () => void check())
  form.addEventListener('submit', (event) => {
    // A browser that can't check the signature was told to send the file instead.
    if (section.dataset['send'] === 'yes') return
    event.preventDefault()
    void check()
  })
}
