/** Where a change request stands. `accepted` is to be in an edition that is still to come, `done` is in one that has been published. */
export const changeStates = ['open', 'accepted', 'declined', 'done'] as const
export type ChangeState = (typeof changeStates)[number]
export type Side = 'college' | 'authors'

/** What authors may answer, by the state that they found. The same state again is a message without a decision. */
const answers: Record<ChangeState, readonly ChangeState[]> = {
  open: ['open', 'accepted', 'declined', 'done'],
  accepted: ['accepted', 'declined', 'done'],
  declined: ['declined', 'accepted', 'done'],
  done: ['done'],
}

/** The college only speaks. What it says after a decision opens the request again, so that somebody reads it. */
const replies: Record<ChangeState, readonly ChangeState[]> = { open: ['open'], accepted: ['accepted'], declined: ['open'], done: ['open'] }

export const nextStates = (side: Side, state: ChangeState): readonly ChangeState[] => (side === 'authors' ? answers : replies)[state]

type EditionFacts = { course: string; number: number }
export type AnswerFacts = {
  kind: 'question' | 'correction'
  side: Side
  /** The state that whoever answers has read, and the one that stands now. */
  seen: ChangeState
  state: ChangeState
  to: ChangeState
  about: EditionFacts
  /** The edition in which it is said to be done. */
  doneIn: EditionFacts | null
}

export type AnswerProblem = 'change-request.moved-on' | 'change-request.step' | 'change-request.edition-needed' | 'change-request.edition-unfit'

/**
 * What keeps an answer from being given, or null. A correction is done when a later edition of the same course has it; a
 * question is done when it has been answered, and may have led to a change.
 */
export function problemOfChange({ kind, side, seen, state, to, about, doneIn }: AnswerFacts): AnswerProblem | null {
  if (seen !== state) return 'change-request.moved-on'
  if (!nextStates(side, state).includes(to)) return 'change-request.step'
  if (to !== 'done') return doneIn ? 'change-request.edition-unfit' : null
  if (doneIn) return doneIn.course === about.course && doneIn.number > about.number ? null : 'change-request.edition-unfit'
  return kind === 'correction' && state !== 'done' ? 'change-request.edition-needed' : null
}
