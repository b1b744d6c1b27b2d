// The counting drill: a drawing that breathes for one whole minute, a counter, and two verdicts. Without this script the
// block is an exercise on paper; what is said comes with the page, so that nothing here knows a language or a limit.

const seconds = 60

for (const drill of document.querySelectorAll<HTMLElement>('[data-drill]')) run(drill)

function run(drill: HTMLElement) {
  const words = drill.dataset as Record<string, string>
  const [rate, limit, tolerance] = [Number(words['rate']), Number(words['limit']), Number(words['tolerance'])]
  const part = <Kind extends Element = HTMLElement>(name: string) => drill.querySelector<Kind>(`[data-part="${name}"]`)!
  const [start, tap] = [part<HTMLButtonElement>('start'), part<HTMLButtonElement>('tap')]
  const [counted, time, result, question, verdict] = [part('counted'), part('time'), part('result'), part('question'), part('verdict')]
  const [belly, word] = [part<SVGPathElement>('belly'), part('in')]
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const rises = risesOf(rate)
  let began: number | undefined
  let count = 0

  const fill = (text: string, facts: Record<string, number>) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name]))
  const say = (element: HTMLElement, text: string) => {
    if (element.textContent !== text) element.textContent = text
  }

  function begin() {
    began = performance.now()
    count = 0
    for (const element of [result, verdict]) element.textContent = ''
    question.hidden = true
    tap.disabled = false
    say(start, words['again']!)
    say(counted, fill(words['counted']!, { n: 0 }))
    tap.focus()
    requestAnimationFrame(frame)
  }

  function frame() {
    if (began === undefined) return
    const passed = (performance.now() - began) / 1000
    if (passed >= seconds) return finish()
    say(time, fill(words['left']!, { n: Math.ceil(seconds - passed) }))
    draw(passed)
    requestAnimationFrame(frame)
  }

  /** The belly as high as it is after so many seconds: quickly up, slowly down. Where movement is unwanted, a word instead. */
  function draw(passed: number) {
    const breath = rises.findLastIndex((rise) => rise <= passed)
    const share = (passed - rises[breath]!) / ((rises[breath + 1] ?? seconds) - rises[breath]!)
    if (still) word.classList.toggle('is-in', share < 0.4)
    else belly.setAttribute('d', bellyAt(share < 0.4 ? (1 - Math.cos((Math.PI * share) / 0.4)) / 2 : (1 + Math.cos((Math.PI * (share - 0.4)) / 0.6)) / 2))
  }

  function rest() {
    began = undefined
    tap.disabled = true
    word.classList.remove('is-in')
    belly.setAttribute('d', bellyAt(0))
    time.textContent = ''
  }

  function finish() {
    rest()
    const right = Math.abs(count - rate) <= tolerance
    say(result, fill(words[right ? 'within' : 'outside']!, { n: count, rate, tolerance }))
    drill.dataset['outcome'] = right ? 'within' : 'outside'
    question.hidden = false
    // Not on a button: whoever still taps with the space bar must not answer by it.
    result.focus()
  }

  start.addEventListener('click', begin)
  tap.addEventListener('click', () => {
    if (began !== undefined) say(counted, fill(words['counted']!, { n: ++count }))
  })
  // A key that is held down is one breath.
  tap.addEventListener('keydown', (event) => event.repeat && event.preventDefault())
  for (const answer of question.querySelectorAll<HTMLButtonElement>('button')) {
    answer.addEventListener('click', () => {
      const right = (answer.value === 'fast') === rate >= limit
      say(verdict, `${words[right ? 'right' : 'wrong']} ${words['explain']}`)
      drill.dataset['verdict'] = right ? 'right' : 'wrong'
    })
  }
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden || began === undefined) return
    rest()
    say(result, words['interrupted']!)
  })

  part('still').hidden = !still
  word.hidden = !still
  question.hidden = true
  tap.disabled = true
  drill.classList.add('is-live')
}

/** The path of the belly between rest (0) and the height of a breath (1). */
function bellyAt(height: number) {
  return `M92 96C112 ${(70 - 16 * height).toFixed(1)} 158 ${(70 - 16 * height).toFixed(1)} 186 96`
}

/** When each breath of the minute begins, in seconds: as many as the rate, never quite even, as children breathe. */
function risesOf(rate: number): number[] {
  const lengths = Array.from({ length: rate }, (_, n) => 1 + 0.14 * Math.sin(n * 1.7) + 0.08 * Math.sin(n * 0.53 + 1))
  const whole = lengths.reduce((sum, one) => sum + one, 0)
  let at = 0
  return lengths.map((one) => {
    const begins = at
    at += (one / whole) * seconds
    return begins
  })
}
