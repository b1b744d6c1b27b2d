// A button that copies what stands in the field it names; it shows itself only where that can be done.
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
  const field = document.getElementById(button.dataset['copy']!)
  if (!(field instanceof HTMLInputElement) || !navigator.clipboard) continue
  button.hidden = false
  const said = button.parentElement!.querySelector<HTMLElement>('[data-copied]')
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(field.value)
    if (said) said.hidden = false
    field.select()
  })
}
