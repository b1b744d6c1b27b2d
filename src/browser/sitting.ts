import { keepAnswer, type Kept, readAnswers, send } from './answers.ts'
import { completion, enableMoves, read, write } from './choices.ts'
import { enableFlags, showCompletion } from './navigator.ts'

// A test that survives a weak network: every answer is kept on the device first, then sent by itself, and each question
// says truthfully where its answer is. Without this script each question is a form with a button.

const root = document.getElementById('sitting')!
const { attempt, closesAt, now, result } = root.dataset as Record<string, string>
const words = root.dataset as Record<string, string>
// The server's clock counts: the device's own may be wrong by hours. The page tells what it was when its first byte came.
const [arrival] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
const skew = Number(now) - (arrival?.responseStart ? performance.timeOrigin + arrival.responseStart : Date.now())
const show = (name: string) => root.querySelector<HTMLElement>(`[data-show="${name}"]`)!
const say = (name: string, text: string) => {
  if (show(name).textContent !== text) show(name).textContent = text
}

type Question = { item: string; field: HTMLElement; state: HTMLElement; kept: Kept; onDevice: boolean; sending: boolean }
const questions: Question[] = [...root.querySelectorAll<HTMLElement>('[data-item]')].map((field) => {
  const item = field.dataset['item']!
  if (field.dataset['kind'] === 'ordering') enableMoves(field, (text) => say('announce', text))
  const sequence = Number(field.dataset['sequence'])
  const server: Kept = { sequence, choice: read(field), acknowledged: sequence }
  const mine = readAnswers(attempt!)[item]
  const kept = mine && mine.sequence > sequence ? mine : server
  if (kept === mine) write(field, kept.choice)
  return { item, field, state: field.closest('form')!.querySelector<HTMLElement>('[data-state]')!, kept, onDevice: true, sending: false }
})

const isSaved = ({ kept }: Question) => kept.acknowledged >= kept.sequence

// A private window or a full disk keeps nothing: then nothing may be called kept.
const where = ({ onDevice }: Question) => (onDevice ? words['kept']! : words['notSaved']!)

function tell(question: Question, problem = '') {
  question.state.textContent = problem || (isSaved(question) ? (question.kept.sequence ? words['saved']! : '') : where(question))
}

let trouble = ''
/** “Check and hand in” was pressed while answers were still on the device. */
let handingIn = false
function tellAll() {
  const states = questions.map(({ item, field, kept }) => ({ item, state: completion(field, kept.choice) }))
  for (const { item, state } of states) showCompletion(item, state)
  say('answered', words['answered']!.replace('{n}', String(states.filter((one) => one.state === 'answered').length)))
  const waiting = questions.find((one) => !isSaved(one))
  if (!waiting) handingIn = false
  say('state', (handingIn && words['unsent']) || trouble || (waiting ? where(waiting) : questions.some((one) => one.kept.sequence) ? words['allSaved']! : ''))
}

let wait = 1000
let timer: ReturnType<typeof setTimeout> | undefined
async function deliver(question: Question) {
  if (question.sending || isSaved(question)) return
  question.sending = true
  const sent = question.kept
  const outcome = await send(attempt!, question.item, sent)
  question.sending = false
  if (outcome === 'saved') {
    question.kept = { ...question.kept, acknowledged: Math.max(question.kept.acknowledged, sent.sequence) }
    trouble = ''
    wait = 1000
    tell(question)
    tellAll()
    return void deliver(question)
  }
  // Another window or device has saved something newer: this page is stale, and only the server knows.
  if (outcome === 'newer') trouble = words['elsewhere']!
  if (outcome === 'refused') trouble = words['refused']!
  if (outcome === 'signed-out') trouble = words['signedOut']!
  if (outcome === 'over') return over()
  if (outcome === 'offline') trouble = words['offline']!
  if (outcome === 'offline' || outcome === 'signed-out') {
    clearTimeout(timer)
    timer = setTimeout(deliverAll, wait)
    wait = Math.min(wait * 2, 30_000)
  }
  tell(question, outcome === 'newer' || outcome === 'refused' ? trouble : '')
  tellAll()
}

function deliverAll() {
  for (const question of questions) void deliver(question)
}

// Answers are numbered by the server's clock, so that of two devices the later answer counts, and no two share a number:
// with 1, 2, 3 … a second device could send a number that stands already and take that for its own answer being saved.
const moment = () => Math.floor(Date.now() + skew - (Number(closesAt) - 86_400_000))

function change(question: Question) {
  const choice = read(question.field)
  if (JSON.stringify(choice) === JSON.stringify(question.kept.choice)) return
  const before = readAnswers(attempt!)[question.item]
  question.kept = { sequence: Math.max(question.kept.sequence + 1, (before?.sequence ?? 0) + 1, moment()), choice, acknowledged: question.kept.acknowledged }
  question.onDevice = keepAnswer(attempt!, question.item, question.kept)
  tell(question)
  tellAll()
  void deliver(question)
}

for (const question of questions) {
  let typing: ReturnType<typeof setTimeout> | undefined
  question.field.addEventListener('change', () => change(question))
  question.field.addEventListener('input', (event) => {
    if ((event.target as HTMLInputElement).name !== 'value') return
    clearTimeout(typing)
    typing = setTimeout(() => change(question), 800)
  })
  question.field.closest('form')!.addEventListener('submit', (event) => {
    event.preventDefault()
    change(question)
  })
  tell(question)
}
root.classList.add('with-script')
enableFlags(attempt!)
addEventListener('online', deliverAll)
addEventListener('beforeunload', (event) => {
  if (questions.some((one) => !isSaved(one))) event.preventDefault()
})
show('review').addEventListener('click', (event) => {
  for (const question of questions) change(question)
  if (questions.every(isSaved)) return
  event.preventDefault()
  handingIn = true
  tellAll()
  deliverAll()
  setTimeout(() => questions.every(isSaved) && location.assign((show('review') as HTMLAnchorElement).href), 1500)
})

const announced = new Set<number>()
function tick() {
  const left = Math.ceil((Number(closesAt) - Date.now() - skew) / 1000)
  if (left <= 0) return over()
  const text = left > 60 ? words['minutes']!.replace('{n}', String(Math.ceil(left / 60))) : words['seconds']!.replace('{n}', String(Math.ceil(left / 10) * 10))
  say('time', text)
  for (const mark of [300, 60, 10]) {
    if (left <= mark && !announced.has(mark)) {
      announced.add(mark)
      if (left > mark - 10) say('announce', text)
    }
  }
  setTimeout(tick, 1000)
}

let ended = false
function over() {
  if (ended) return
  ended = true
  say('time', words['over']!)
  say('announce', words['over']!)
  deliverAll()
  // Answers on their way have five seconds more; then the server has finished the attempt and shows its result.
  setTimeout(leave, 6500)
}

async function leave() {
  const there = await fetch(result!, { method: 'HEAD' }).then((response) => response.ok, () => false)
  if (!there) {
    say('state', words['offline']!)
    return void setTimeout(leave, 5000)
  }
  for (const question of questions) question.kept = { ...question.kept, acknowledged: question.kept.sequence }
  location.assign(result!)
}

tellAll()
deliverAll()
tick()
