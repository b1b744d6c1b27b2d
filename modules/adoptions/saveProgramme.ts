import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { programmeLines, programmes } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'
import type { ProgrammeLine } from './mapping.ts'
import { mayRecordStep, permitOf } from './policy.ts'
import { mostLines, type Programme, programmeHead, programmeLine, programmeOf, type ProgrammeHead, taughtBy } from './programme.ts'
import { type Adoption, lockAdoption } from './steps.ts'

/** The digest of the programme that the writer has seen: somebody else's change in between refuses this one. */
const seen = z.string().regex(/^[0-9a-f]{64}$/).optional()

export const saveProgrammeInput = z.object({ adoptionId: z.uuid(), ...programmeHead.shape, lines: z.array(programmeLine).max(mostLines).optional(), seen })

/**
 * Keeps the college's programme into which the curriculum is taken, whole; without `lines` those that are there stay. It is a working
 * paper and may be changed; what it was when it was mapped and approved stands in those steps. By the college's staff or an
 * administrator. Refuses `programme.unknown-part` for a lesson or competency that the edition does not have, and `programme.changed`.
 */
export function saveProgramme(db: Db, actor: Actor, { adoptionId, lines, seen: known, ...head }: z.infer<typeof saveProgrammeInput>): Promise<{ digest: string }> {
  return changeProgramme(db, actor, adoptionId, known, (now) => ({ ...head, lines: lines ?? now?.lines ?? [] }))
}

type Whole = ProgrammeHead & { lines: readonly ProgrammeLine[] }

/** One change of a programme in one transaction, the adoption locked. */
export function changeProgramme(db: Db, actor: Actor, adoptionId: string, known: string | undefined, change: (now: Programme | null) => Whole): Promise<{ digest: string }> {
  return transact(db, async (tx) => {
    const adoption = await lockAdoption(tx, adoptionId)

    permitOf(mayRecordStep(actor, adoption), actor, adoption)

    const now = await programmeOf(tx, adoptionId)
    if (known !== undefined && now?.digest !== known) throw new Refusal('programme.changed')
    const next = change(now)
    if (next.lines.length > mostLines) throw new Refusal('programme.too-many-lines')
    await checkParts(tx, adoption, next.lines)

    await writeProgramme(tx, actor, adoptionId, next)
    return { digest: (await programmeOf(tx, adoptionId))!.digest }
  })
}

async function checkParts(tx: Db, { editionId }: Adoption, lines: readonly ProgrammeLine[]) {
  const { lessons, competencies } = await taughtBy(tx, editionId)
  const known = { lessons: new Set(lessons.map((one) => one.id)), competencies: new Set(competencies.map((one) => one.id)) }
  const strange = lines.some((line) => line.lessons.some((id) => !known.lessons.has(id)) || line.competencies.some((id) => !known.competencies.has(id)))
  if (strange) throw new Refusal('programme.unknown-part')
}

async function writeProgramme(tx: Db, actor: Actor, adoptionId: string, { specialityCode, speciality, qualification, semester, lines }: Whole) {
  const head = { specialityCode, speciality, qualification, semester, changedBy: actor.personId, changedAt: new Date() }
  const [row] = await tx.insert(programmes).values({ ...head, adoptionId }).onConflictDoUpdate({ target: programmes.adoptionId, set: head }).returning({ id: programmes.id })
  await tx.delete(programmeLines).where(eq(programmeLines.programmeId, row!.id))
  const values = lines.map(({ title, theoryHours, practiceHours, lessons, competencies }, at) => ({
    programmeId: row!.id, position: at + 1, title, theoryHours, practiceHours, lessons: [...lessons], competencies: [...competencies],
  }))
  if (values.length > 0) await tx.insert(programmeLines).values(values)
}
