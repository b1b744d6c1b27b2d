/** Forms that were finished on this device and wait for the server. */
type Outbox<Form> = {
  /** Where it is told how many wait; its words are `waiting`, `held`, `sent` and `open`. */
  status: HTMLElement
  waiting(): Form[]
  send(form: Form): Promise<string>
  forget(form: Form): void
  linkTo(form: Form): string
}

/** Sends what waits, now and whenever the network comes back. What can't be sent stays and is told; what was refused is linked to. */
export function watchOutbox<Form>(outbox: Outbox<Form>) {
  void empty(outbox)
  addEventListener('online', () => void empty(outbox))
}

async function empty<Form>(outbox: Outbox<Form>) {
  const { status, waiting, send, forget, linkTo } = outbox
  const forms = waiting()
  if (forms.length === 0) return
  status.hidden = false
  status.textContent = status.dataset['waiting']!.replace('{n}', String(forms.length))
  let held = false
  let offline = false
  for (const form of forms) {
    const outcome = await send(form)
    if (outcome === 'saved') forget(form)
    else if (outcome === 'offline' || outcome === 'signed-out') offline = true
    else held = true
    // One answer of a network that is gone is enough.
    if (outcome === 'offline') break
  }
  const left = waiting()
  status.textContent = left.length === 0 ? status.dataset['sent']! : status.dataset[held ? 'held' : 'waiting']!.replace('{n}', String(left.length))
  for (const form of held ? left : []) {
    const link = document.createElement('a')
    link.href = linkTo(form)
    link.textContent = status.dataset['open']!
    status.append(' ', link)
  }
  if (offline) setTimeout(() => void empty(outbox), 10_000)
}
