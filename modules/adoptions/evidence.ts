import { eq } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { adoptions, adoptionSteps, evidenceFiles } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { found } from '#modules/refusal.ts'
import { maySeeAdoption, permitOf } from './policy.ts'

/** Largest file, and most files of a step. */
export const mostBytes = 10 * 1024 * 1024
export const mostFiles = 10

export const evidenceTypes = { 'application/pdf': 'pdf', 'image/jpeg': 'jpg', 'image/png': 'png' } as const
export type EvidenceType = keyof typeof evidenceTypes

const magic: [EvidenceType, number[]][] = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
]

/** What a file is by its first bytes, whatever it is called; null for anything else. Pure. */
export const typeOf = (bytes: Uint8Array): EvidenceType | null => magic.find(([, first]) => bytes.length > first.length && first.every((byte, at) => bytes[at] === byte))?.[0] ?? null

/** A name to keep a file by: the last part of what the sender called it, one line without signs that systems take for more, with the ending of what it is. Pure. */
export function safeName(name: string, type: EvidenceType): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1)!
  const plain = last.replace(/\.[A-Za-z0-9]{1,5}$/, '').replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}"<>:|?*%;]+/gu, ' ').replace(/\s+/g, ' ').replace(/^[. ]+|[. ]+$/g, '')
  return `${[...plain].slice(0, 100).join('').trim() || 'document'}.${evidenceTypes[type]}`
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export const openEvidenceInput = z.object({ evidenceId: z.uuid() })

export type Evidence = { name: string; type: EvidenceType; sha256: string; body: Buffer }

/** A file of evidence with its bytes, for the college, the ministry and administrators; for others it is not there. It is handed on as a file, never shown in a page. */
export async function openEvidence(db: Db, actor: Actor, { evidenceId }: z.infer<typeof openEvidenceInput>): Promise<Evidence> {
  const [row] = await db.select({ file: evidenceFiles, collegeId: adoptions.collegeId }).from(evidenceFiles)
    .innerJoin(adoptionSteps, eq(adoptionSteps.id, evidenceFiles.stepId)).innerJoin(adoptions, eq(adoptions.id, adoptionSteps.adoptionId)).where(eq(evidenceFiles.id, evidenceId))
  const { file, collegeId } = found(row)
  permitOf(maySeeAdoption(actor, { collegeId }), actor, { collegeId })
  return { name: file.name, type: file.type, sha256: file.sha256, body: file.body }
}
