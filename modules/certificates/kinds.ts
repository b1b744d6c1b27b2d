import { asc } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificateKinds } from '#db/schema/index.ts'

/** A kind of certificate as it stands now. */
export type Kind = typeof certificateKinds.$inferSelect

/** Every kind, by name. Public: their words stand on certificates. */
export const kindsOf = (db: Db): Promise<Kind[]> => db.select().from(certificateKinds).orderBy(asc(certificateKinds.kind))

type Deciding = Pick<Kind, 'kind' | 'accreditationRequired' | 'otherwise'>

/** What decides which kind is issued: the edition's own, all kinds that there are, and whether the centre is accredited that day. */
export type Taught<One extends Deciding> = { kind: string; kinds: readonly One[]; accredited: boolean }

/**
 * The kind that a centre issues for an edition on a day. The edition names it; a kind that only an accredited centre may
 * issue gives way to its `otherwise` at a centre without accreditation (a state-form certificate of advanced training
 * needs an accredited organisation: Code No. 360-VI, art. 221; Order ҚР ДСМ-303/2020), and so on until one asks for none.
 * Null when there is none: nothing can be issued there.
 */
export function kindFor<One extends Deciding>({ kind, kinds, accredited }: Taught<One>): One | null {
  const seen = new Set<string>()
  for (let name: string | null = kind; name !== null && !seen.has(name);) {
    seen.add(name)
    const one = kinds.find((each) => each.kind === name)
    if (!one) return null
    if (accredited || !one.accreditationRequired) return one
    name = one.otherwise
  }
  return null
}

/** The kind of the statement for who was there but did not earn a certificate: the first by name that is drawn so and certifies nothing. */
export function attendanceKindOf<One extends Pick<Kind, 'kind' | 'template' | 'certifies'>>(kinds: readonly One[]): One {
  const [one] = kinds.filter((each) => each.template === 'attendance' && !each.certifies).toSorted((first, other) => (first.kind < other.kind ? -1 : 1))
  if (!one) throw new Error('no kind of certificate is a statement of attendance')
  return one
}
