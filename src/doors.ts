import type { Actor, Role } from '#modules/actor.ts'

/** Who may enter: anyone, every signed-in person, or the holders of a role. */
export type Who = 'anyone' | 'signed-in' | Role

const anyone = ['anyone'] as const
const signedIn = ['signed-in'] as const
const centre = ['coordinator', 'trainer'] as const
const ministry = ['auditor'] as const
const admin = ['administrator'] as const
const college = ['college'] as const

/**
 * Every page and endpoint, by its route pattern, and who may enter. What is not here is reachable by nobody, and the
 * build fails. The exact rights stand in each module's policy: a door only keeps out whoever can have no business there.
 */
export const doors: Record<string, readonly Who[]> = {
  '/': anyone,
  '/404': anyone,
  '/500': anyone,
  '/[locale]': anyone,
  '/[locale]/help': anyone,
  '/[locale]/privacy': anyone,
  '/[locale]/api': anyone,
  '/[locale]/college': college,
  // The calls of the API carry doors of their own: see src/api.
  '/api/v1/[...call]': anyone,
}

export type Entry = 'in' | 'sign-in' | 'no' | 'nowhere'

/** Whether an actor may enter a route: `nowhere` for a route without a door, `sign-in` when signing in might help. */
export function enter(routePattern: string, actor: Actor): Entry {
  const door = doors[routePattern]
  if (!door) return 'nowhere'
  return admits(door, actor) ? 'in' : actor.kind === 'visitor' ? 'sign-in' : 'no'
}

export const admits = (door: readonly Who[], actor: Actor) =>
  door.some((who) => who === 'anyone' || (actor.kind === 'person' && (who === 'signed-in' || actor.memberships.some((one) => one.role === who))))

void [signedIn, centre, ministry, admin]
