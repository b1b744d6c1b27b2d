// The screen with the code renews itself: the code when its minute is over, the count of people every ten seconds. What cannot
// be fetched leaves the last screen standing, and its code simply grows old.

function keepCheckInNew() {
  const shown = document.querySelector<HTMLElement>('#check-in')
  if (!shown) return
  const pause = Math.min(Number(shown.dataset['left']) * 1000 + 300, 10_000)
  setTimeout(() => void renewCheckIn(shown).then(keepCheckInNew, () => setTimeout(keepCheckInNew, 5000)), pause)
}

async function renewCheckIn(shown: HTMLElement) {
  const response = await fetch(location.href, { signal: AbortSignal.timeout(8000) })
  const next = response.ok ? new DOMParser().parseFromString(await response.text(), 'text/html').querySelector<HTMLElement>('#check-in') : null
  // Signed out meanwhile: the page that says so.
  if (next) shown.replaceWith(document.adoptNode(next))
  else if (response.ok) location.reload()
}

keepCheckInNew()
