import { Refusal } from '#modules/refusal.ts'
import { type Protocol, readProtocols } from './readProtocols.ts'
import type { AgeGroup } from './shapes.ts'

/** The edition that answers when none is named: the latest that covers the age. */
export const defaultEdition: Record<AgeGroup, string> = { child: 'who-imci-2014', 'young-infant': 'who-young-infant-2019' }
export const triageEdition = 'who-etat-2016'

/** The whole edition with everything it inherits. Throws `protocol.edition-unknown`. */
export function protocolOf(edition: string): Protocol {
  const found = readProtocols().editions[edition]
  if (!found) throw new Refusal('protocol.edition-unknown', { edition })
  return found
}

/** What a page says about an edition: id, year, titles, what it covers, its sources, switches and state of review. Throws `protocol.edition-unknown`. */
export function protocolEdition(edition: string): Pick<Protocol, 'id' | 'year' | 'titles' | 'covers' | 'sources' | 'switches' | 'review'> & { extends?: string | undefined } {
  const { id, year, titles, covers, sources, switches, review, extends: base } = protocolOf(edition)
  return { id, year, titles, covers, sources, switches, review, ...(base === undefined ? {} : { extends: base }) }
}

/** Every edition there is, oldest first. */
export const protocolEditions = () => Object.keys(readProtocols().editions).map(protocolEdition).sort((one, other) => one.year - other.year)
