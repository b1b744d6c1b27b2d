import type { Unmet } from './rules.ts'

/** Why somebody gets nothing, each with the facts that its sentence (`eligibility.<rule>`) tells. */
export type Obstacle = Unmet | { rule: 'certificate-revoked' | 'certificate-held' | 'person-erased' } | { rule: 'name-not-printable'; characters: string }

/** What somebody has in a cohort already, the last of its line of successors. */
export type Had = { revoked: boolean; takenBack: boolean }

type Case = {
  /** Of the same sort as what is wished for: a certificate, or a statement of attendance. */
  had: Had | null
  /** The certificate of who is to get a statement of attendance; null otherwise. */
  certificate: Had | null
  erased: boolean
  unmet: readonly Unmet[]
  /** Characters that the typefaces lack. */
  missing: readonly string[]
}

export type Decision = 'holds' | 'issue' | Obstacle[]

/**
 * What becomes of one person: holds one already, gets one, or what stands against it. The preview, the plan and the issue ask this
 * one rule, so that none promises what another refuses. A certificate that was revoked is not issued again; one that was taken
 * back with its batch is, for nobody was told of it. A statement of attendance is for who holds no certificate. Pure.
 */
export function decide({ had, certificate, erased, unmet, missing }: Case): Decision {
  if (had && !had.revoked) return 'holds'
  if (had && !had.takenBack) return [{ rule: 'certificate-revoked' }]
  if (certificate && !certificate.revoked) return [{ rule: 'certificate-held' }]
  if (erased) return [{ rule: 'person-erased' }]
  if (unmet.length > 0 || missing.length > 0) return [...unmet, ...(missing.length > 0 ? [{ rule: 'name-not-printable' as const, characters: missing.join(' ') }] : [])]
  return 'issue'
}

/** Names of the rules, each once. */
export const codesOf = (obstacles: readonly Obstacle[]) => [...new Set(obstacles.map((one) => one.rule))]
