import canonicalize from 'canonicalize'
import type { Db } from '#db/client.ts'
import type { DecidedPlan } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { codesOf } from './deciding.ts'
import type { Wish } from './issuing.ts'
import { has, type Preview, previewIssue, waits } from './previewIssue.ts'
import { hashOf } from './statement.ts'

// A plan: what a coordinator was shown before issuing, so that what happens is that or nothing.

export type Asked = { cohortId: string; wish?: Wish | undefined; personIds?: string[] | undefined }

/** What would be issued now, and the same as a plan keeps it. Whoever is named without a seat is refused without a word about them. */
export async function draftPlan(db: Db, actor: Actor, asked: Asked, at = new Date()): Promise<{ preview: Preview; decided: DecidedPlan }> {
  const preview = await previewIssue(db, actor, asked, at)
  const { kind, wish, people } = preview
  const known = new Set(people.map((one) => one.personId))
  const strangers = [...new Set(asked.personIds)].filter((id) => !known.has(id))
  return {
    preview,
    decided: {
      wish,
      everybody: asked.personIds === undefined,
      people: [
        ...people.map((one) => ({ personId: one.personId, kind: waits(one) ? kind.kind : null, codes: codesOf(one.unmet), held: has(one) ? one.certificate!.id : null })),
        ...strangers.map((personId) => ({ personId, kind: null, codes: ['not-enrolled'], held: null })),
      ],
    },
  }
}

type Line = DecidedPlan['people'][number]

/** Hash over who would get which kind, and who is refused why. Who holds one already is neither. */
export function digestOf(cohortId: string, { wish, people }: Pick<DecidedPlan, 'wish' | 'people'>): string {
  const lines = people.filter((one) => one.held === null).map(said).toSorted()
  return hashOf(canonicalize({ v: 1, cohort: cohortId, wish, people: lines })!)
}

const said = ({ personId, kind, codes }: Line) => [personId, kind ?? '-', ...codes.toSorted()].join(' ')

export type PlanChange = { personId: string; change: 'no-longer' | 'now-too' | 'other-kind' | 'other-reason' | 'gone' | 'come' }

/** What has changed since a plan was made, person by person: the same people as the digest is over. Pure. */
export function changesOf(before: readonly Line[], now: readonly Line[]): PlanChange[] {
  const open = (lines: readonly Line[]) => new Map(lines.filter((one) => one.held === null).map((one) => [one.personId, one]))
  const [was, is] = [open(before), open(now)]
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((personId): PlanChange[] => {
    const [first, second] = [was.get(personId), is.get(personId)]
    if (first && second && said(first) === said(second)) return []
    if (!second) return [{ personId, change: first!.kind ? 'no-longer' : 'gone' }]
    if (!first) return [{ personId, change: second.kind ? 'now-too' : 'come' }]
    if (first.kind === null && second.kind === null) return [{ personId, change: 'other-reason' }]
    return [{ personId, change: first.kind === null ? 'now-too' : second.kind === null ? 'no-longer' : 'other-kind' }]
  })
}
