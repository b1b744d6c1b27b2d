import canonicalize from 'canonicalize'
import { asc, eq } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { programmeLines, programmes } from '#db/schema/index.ts'
import { editionOf, lessonsOf } from '#modules/courses/index.ts'
import { line } from '#modules/text.ts'
import { hours } from './facts.ts'
import type { ProgrammeLine, Taught } from './mapping.ts'

/** Most lines of a programme. */
export const mostLines = 60

export const programmeHead = z.object({
  /** Code and name of the speciality, as in the national classifier. */
  specialityCode: line(30),
  speciality: line(160),
  qualification: line(160).nullish().transform((text) => text ?? null),
  semester: z.coerce.number({ error: 'field.invalid_number' }).int({ error: 'field.invalid_number' }).min(1).max(12),
})

const ids = z.array(z.string().max(100).regex(/^[a-z0-9-]+$/)).max(200).default([]).transform((all) => [...new Set(all)])
export const programmeLine = z
  .object({ title: line(240), theoryHours: hours, practiceHours: hours, lessons: ids, competencies: ids })
  .refine((one) => one.theoryHours + one.practiceHours > 0, { path: ['theoryHours'], error: 'field.programme.hours' })

export type ProgrammeHead = z.infer<typeof programmeHead>
export type Programme = ProgrammeHead & { lines: ProgrammeLine[]; changedAt: Date; digest: string }

/** SHA-256 over a programme's canonical text, hex: whether it is still the one that was mapped. */
export function programmeDigest({ specialityCode, speciality, qualification, semester, lines }: ProgrammeHead & { lines: readonly ProgrammeLine[] }): string {
  const plain = lines.map(({ title, theoryHours, practiceHours, lessons, competencies }) => ({ title, theoryHours, practiceHours, lessons, competencies }))
  return createHash('sha256').update(canonicalize({ specialityCode, speciality, qualification, semester, lines: plain })!.normalize('NFC')).digest('hex')
}

/** The programme of an adoption with its lines in order; null when none is kept. Asks no actor. */
export async function programmeOf(db: Db, adoptionId: string): Promise<Programme | null> {
  const [head] = await db.select().from(programmes).where(eq(programmes.adoptionId, adoptionId))
  if (!head) return null
  const rows = await db.select().from(programmeLines).where(eq(programmeLines.programmeId, head.id)).orderBy(asc(programmeLines.position))
  const lines = rows.map(({ title, theoryHours, practiceHours, lessons, competencies }) => ({ title, theoryHours, practiceHours, lessons, competencies }))
  const { specialityCode, speciality, qualification, semester, changedAt } = head
  const whole = { specialityCode, speciality, qualification, semester, lines }
  return { ...whole, changedAt, digest: programmeDigest(whole) }
}

/** What an edition teaches, for the mapping. */
export async function taughtBy(db: Db, editionId: string): Promise<Taught> {
  const { outline } = await editionOf(db, editionId)
  return { days: outline.days, lessons: await lessonsOf(db, editionId), competencies: outline.competencies ?? [] }
}
