import { asc, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { adoptions, evidenceFiles, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { found } from '#modules/refusal.ts'
import { fullName } from '#modules/words/index.ts'
import { type AdoptionItem, readAdoptions } from './adoptionsOf.ts'
import { type Bridge, bridgeOf } from './bridge.ts'
import type { AdoptionState, FactsOfStep } from './facts.ts'
import { type Mapping, mappingOf } from './mapping.ts'
import { mayInvite, mayRecordStep, maySeeAdoption, permitOf } from './policy.ts'
import { type Programme, programmeOf, taughtBy } from './programme.ts'
import { nextStates, standingSteps } from './rules.ts'
import { type AdoptionStep, stepsOf } from './steps.ts'

export type EvidenceLine = Pick<typeof evidenceFiles.$inferSelect, 'id' | 'name' | 'type' | 'sha256' | 'uploadedAt'> & { bytes: number }

/** A step of a history, with who recorded it and what it rests on. `stands` is false for one that was put right later. */
export type HistoryStep = Omit<AdoptionStep, 'recordedBy'> & { by: string | null; stands: boolean; evidence: EvidenceLine[] }

export type AdoptionView = AdoptionItem & {
  /** Every step in the order in which it was recorded. */
  steps: HistoryStep[]
  /** The step that a next one follows: see `after` of `recordStep`. */
  lastStepId: string
  /** States that may be recorded next; none for whoever may not record. */
  next: AdoptionState[]
  /** The actor may record steps, add evidence and change the programme. */
  mine: boolean
  programme: Programme | null
  /** The programme held against the edition; null without lines. */
  mapping: Mapping | null
  /** The programme as it was last mapped. */
  mapped: FactsOfStep<'mapped'> | null
  /** The programme is still the one that was mapped. */
  programmeStands: boolean
  /** What students lack of the newer edition, while this one is in force. */
  bridge: Bridge | null
}

/** One adoption with its history, programme and mapping. Not found for another college's; `permission.denied` for those who have no business with colleges. */
export async function adoptionOf(db: Db, actor: Actor, { adoptionId }: { adoptionId: string }): Promise<AdoptionView> {
  const [head] = await db.select({ collegeId: adoptions.collegeId }).from(adoptions).where(eq(adoptions.id, adoptionId))
  const { collegeId } = found(head)
  permitOf(maySeeAdoption(actor, { collegeId }), actor, { collegeId })
  return readAdoption(db, actor, adoptionId)
}

async function readAdoption(db: Db, actor: Actor, adoptionId: string): Promise<AdoptionView> {
  const [item] = await readAdoptions(db, eq(adoptions.id, adoptionId))
  const one = found(item)
  const steps = await stepsOf(db, adoptionId)
  const standing = standingSteps(steps)
  const [evidence, names] = [await evidenceOf(db, steps.map((step) => step.id)), await namesOf(db, steps)]
  const programme = await programmeOf(db, adoptionId)
  const lines = programme?.lines ?? []
  const mine = mayRecordStep(actor, one)
  const mapped = (standing.findLast((step) => step.state === 'mapped')?.facts ?? null) as FactsOfStep<'mapped'> | null
  return {
    ...one, mine, programme, mapped,
    steps: steps.map(({ recordedBy, ...step }) => ({ ...step, by: recordedBy === null ? null : (names.get(recordedBy) ?? null), stands: standing.some((other) => other.id === step.id), evidence: evidence.get(step.id) ?? [] })),
    lastStepId: steps.at(-1)!.id,
    next: mine ? nextStates(one.state, one.newer !== null).filter((state) => state !== 'invited' || mayInvite(actor)) : [],
    mapping: lines.length > 0 ? mappingOf(await taughtBy(db, one.editionId), lines) : null,
    programmeStands: mapped !== null && programme?.digest === mapped.digest,
    bridge: one.inForce && one.newer ? await bridgeOf(db, one.editionId, one.newer.editionId) : null,
  }
}

/** Evidence of steps, without its bytes, in the order in which it came. Asks no actor. */
export async function evidenceOf(db: Db, stepIds: readonly string[]): Promise<Map<string, EvidenceLine[]>> {
  if (stepIds.length === 0) return new Map()
  const { id, stepId, name, type, sha256, uploadedAt } = evidenceFiles
  const bytes = sql<number>`length(${evidenceFiles.body})`
  const rows = await db.select({ id, stepId, name, type, sha256, uploadedAt, bytes }).from(evidenceFiles).where(inArray(evidenceFiles.stepId, [...stepIds])).orderBy(asc(uploadedAt), asc(id))
  const all = new Map<string, EvidenceLine[]>()
  for (const { stepId: of, ...line } of rows) all.set(of, [...(all.get(of) ?? []), line])
  return all
}

/** Full names of those who recorded steps. */
async function namesOf(db: Db, steps: readonly AdoptionStep[]): Promise<Map<string, string>> {
  const ids = [...new Set(steps.flatMap((step) => step.recordedBy ?? []))]
  if (ids.length === 0) return new Map()
  return new Map((await db.select().from(persons).where(inArray(persons.id, ids))).map((person) => [person.id, fullName(person)]))
}
