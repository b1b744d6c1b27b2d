import type { Texts } from '#db/schema/index.ts'
import type { Facts, RefusalCode } from '#modules/refusal.ts'
import { fold } from '#modules/words/index.ts'
import type { AdoptionState } from './facts.ts'
import type { CellProblem, ListedProgramme, ListedStep, ReadCollege } from './readCollegeLine.ts'
import { ladder, problemOfStep, standingSteps, type Step } from './rules.ts'

/** What is wrong with a line: with a cell; with a step, by the rule that it breaks; or with the line among the others. */
export type LineProblem =
  | CellProblem
  | { code: 'step'; state: AdoptionState; refusal: RefusalCode; facts: Facts }
  | { code: 'step-behind'; state: AdoptionState; further: AdoptionState; day: string }
  | { code: 'step-told'; state: AdoptionState; day: string }
  | { code: 'doubled'; first: number }
  | { code: 'college-unsure'; names: Texts[] }
  | { code: 'college-closed' }

/** A line and what taking it would do; `like` are colleges of the region with nearly the same name, for the reader to look at. */
export type PlannedLine = Pick<ReadCollege, 'line' | 'written'> & { kind: 'new' | 'known' | 'same' | 'wrong'; steps: { state: AdoptionState; on: string }[]; like: Texts[]; problems: LineProblem[] }

/** A college with what is to be written: itself, when `id` is null, and steps of its adoptions in their order. */
export type PlannedCollege = {
  id: string | null
  college: { regionCode: string; names: Texts; higher: boolean }
  adoptions: { editionId: string; adoptionId: string | null; programme: ListedProgramme | null; steps: ListedStep[] }[]
}

export type KnownCollege = { id: string; regionCode: string; names: Texts; closed: boolean }
export type KnownAdoption = { id: string; collegeId: string; editionId: string; steps: readonly Step[]; programme: boolean }
export type Around = { colleges: readonly KnownCollege[]; adoptions: readonly KnownAdoption[]; newer: (editionId: string) => boolean; today: string }

type Placed = { read: ReadCollege; planned: PlannedLine; of: Drafted | null }
/** `lines` are the places of the lines that name the college. */
type Drafted = { id: string | null; regionCode: string; names: Texts; higher: boolean; lines: number[] }

/**
 * What taking a list would do, line by line and college by college. Pure. Lines of one college and edition are one history: its steps
 * go in by their days, whichever line tells them, and what the college has told already stays. A list only carries on: a step that
 * would lead back is a problem of its line.
 */
export function planColleges(lines: readonly ReadCollege[], around: Around): { lines: PlannedLine[]; colleges: PlannedCollege[] } {
  const drafted: Drafted[] = []
  const placed = lines.map((read, at): Placed => {
    const planned: PlannedLine = { line: read.line, written: read.written, kind: 'same', steps: [], like: [], problems: [...read.problems] }
    return { read, planned, of: place(read, planned, at, drafted, around) }
  })

  const colleges = drafted.map((draft): PlannedCollege => {
    const own = placed.filter(({ of }) => of === draft)
    const adoptions = [...Map.groupBy(own.filter(({ read }) => read.editionId !== null), ({ read }) => read.editionId!)]
      .map(([editionId, among]) => planAdoption(draft, editionId, among, around))
    return { id: draft.id, college: { regionCode: draft.regionCode, names: draft.names, higher: draft.higher }, adoptions }
  })

  for (const { planned, of, read } of placed) {
    const first = of && placed[of.lines[0]!]!.read.line
    // A line after the first for its college has to tell something.
    if (of && first !== null && first < read.line && planned.problems.length === 0 && planned.steps.length === 0) planned.problems.push({ code: 'doubled', first })
    const newCollege = of?.id === null && first === read.line
    planned.kind = planned.problems.length > 0 ? 'wrong' : newCollege ? 'new' : planned.steps.length > 0 ? 'known' : 'same'
  }
  return { lines: placed.map(({ planned }) => planned), colleges }
}

const sameName = (one: Partial<Texts>, other: Partial<Texts>) => {
  const names = new Set(Object.values(one).map(fold))
  return Object.values(other).some((name) => names.has(fold(name)))
}

/** A name without what colleges are called by: what is left tells them apart. */
const bare = (name: string) =>
  fold(name).replace(/(?:^| )(?:медицин\p{L}*|колледж\p{L}*|высш\p{L}*|жогары|облыст\p{L}*|областн\p{L}*|республик\p{L}*|мемлекеттик|государственн\p{L}*|medical|higher|college|of)(?= |$)/gu, '').trim()
const alike = (one: Partial<Texts>, other: Partial<Texts>) => {
  const names = new Set(Object.values(one).map(bare))
  return Object.values(other).some((name) => bare(name) !== '' && names.has(bare(name)))
}

/** The college that a line means: one that is known, one that an earlier line brought, or a new one. Null when it can't be told. */
function place(read: ReadCollege, planned: PlannedLine, at: number, drafted: Drafted[], { colleges }: Around): Drafted | null {
  const { regionCode, names } = read
  if (regionCode === null || Object.keys(names).length === 0) return null
  const known = colleges.filter((one) => one.regionCode === regionCode && sameName(one.names, names))
  if (known.length > 1) {
    planned.problems.push({ code: 'college-unsure', names: known.map((one) => one.names) })
    return null
  }
  const before = drafted.find((one) => (known[0] ? one.id === known[0].id : one.id === null && one.regionCode === regionCode && sameName(one.names, names)))
  if (before) {
    before.lines.push(at)
    return before
  }
  if (known[0]) {
    if (known[0].closed) planned.problems.push({ code: 'college-closed' })
    return added(drafted, { id: known[0].id, regionCode, names: known[0].names, higher: false, lines: [at] })
  }
  planned.like = [...colleges, ...drafted].filter((one) => one.regionCode === regionCode && alike(one.names, names)).map((one) => one.names)
  for (const column of ['kk', 'ru'] as const) if (names[column] === undefined) planned.problems.push({ code: 'name-missing', column })
  const { kk = '', ru = '', en } = names
  // English is what the ministry's lists leave out: the Russian name stands for it until somebody writes one.
  return added(drafted, { id: null, regionCode, names: { kk: kk || ru, ru: ru || kk, en: en ?? (ru || kk) }, higher: read.higher ?? false, lines: [at] })
}

function added(drafted: Drafted[], one: Drafted): Drafted {
  drafted.push(one)
  return one
}

const rungOfStep = (state: AdoptionState) => (ladder as readonly AdoptionState[]).indexOf(state)

function planAdoption(draft: Drafted, editionId: string, among: readonly Placed[], { adoptions, newer, today }: Around): PlannedCollege['adoptions'][number] {
  const known = adoptions.find((one) => one.collegeId === draft.id && one.editionId === editionId)
  const told = among.flatMap(({ read, planned }) => read.steps.map((step) => ({ step, planned })))
    .toSorted((one, other) => (one.step.on < other.step.on ? -1 : one.step.on > other.step.on ? 1 : height(one.step.state) - height(other.step.state)))
  const programme = among.find(({ read }) => read.programme)?.read.programme ?? null

  const history: Step[] = [...(known?.steps ?? [])]
  const steps: ListedStep[] = []
  for (const { step, planned } of told) {
    const standing = standingSteps(history)
    if (standing.some((one) => tells(one, step))) continue
    const further = standing.find(({ state }) => leadsBack(step.state, state))
    if (further) {
      planned.problems.push(further.state === step.state ? { code: 'step-told', state: step.state, day: further.on } : { code: 'step-behind', state: step.state, further: further.state, day: further.on })
      continue
    }
    const next = { state: step.state, on: step.on, facts: step.facts, correctsId: null }
    const problem = problemOfStep(history, next, { today, newer: newer(editionId), programme: programme !== null || known?.programme === true })
    if (problem) {
      planned.problems.push({ code: 'step', state: step.state, refusal: problem.code, facts: problem.facts ?? {} })
      continue
    }
    history.push({ id: `listed-${history.length}`, ...next, facts: { ...step.facts } })
    steps.push(step)
    planned.steps.push({ state: step.state, on: step.on })
  }
  return { editionId, adoptionId: known?.id ?? null, programme: known?.programme ? null : programme, steps }
}

/** Steps of one day in the order of their rungs; withdrawing comes last. */
const height = (state: AdoptionState) => (rungOfStep(state) === -1 ? ladder.length : rungOfStep(state))

/** The college has told this step already: the same day, and every fact that the list tells. */
const tells = (known: Step, step: ListedStep) =>
  known.state === step.state && known.on === step.on && Object.entries(step.facts).every(([name, value]) => known.facts[name] === value)

/** A list has each step once, teaching apart; and none of those that ask for a new approval after the approval. */
function leadsBack(state: AdoptionState, known: AdoptionState): boolean {
  if (state === 'taught' || state === 'withdrawn') return false
  if (state === known) return true
  return state !== 'registered' && rungOfStep(known) > rungOfStep(state)
}
