import type { Actor, Role } from '#modules/actor.ts'

/** Who may enter: anyone, every signed-in person, or the holders of a role. */
export type Who = 'anyone' | 'signed-in' | Role

const anyone = ['anyone'] as const
const signedIn = ['signed-in'] as const
const centre = ['coordinator', 'trainer'] as const
const coordinator = ['coordinator'] as const
const ministry = ['auditor'] as const
const admin = ['administrator'] as const
const college = ['college'] as const

/**
 * Every page, by its route pattern, and who may enter; the calls of the API carry doors of their own (src/api). What is not here is reachable by nobody, and the
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
  '/[locale]/learn': signedIn,
  '/[locale]/learn/courses/[course]/[edition]': signedIn,
  '/[locale]/learn/courses/[course]/[edition]/[lesson]': signedIn,
  '/[locale]/learn/courses/[course]/[edition]/[lesson]/report': signedIn,
  '/[locale]/learn/courses/[course]/[edition]/workbook/[day]': signedIn,
  '/[locale]/learn/courses/[course]/[edition]/guide/[day]': signedIn,
  '/[locale]/learn/search': signedIn,
  '/[locale]/learn/glossary': signedIn,
  '/[locale]/learn/manuals': signedIn,
  '/[locale]/learn/manuals/[manual]': signedIn,
  '/[locale]/learn/tests/[assessment]': signedIn,
  '/[locale]/learn/attempts/[attempt]': signedIn,
  '/[locale]/learn/attempts/[attempt]/review': signedIn,
  '/[locale]/admin/people': admin,
  '/[locale]/admin/people/new': admin,
  '/[locale]/admin/people/[id]': admin,
  '/[locale]/admin/people/[id]/slip': admin,
  '/[locale]/admin/people/[id]/merge': admin,
  '/[locale]/centre/people': coordinator,
  '/[locale]/centre/people/new': coordinator,
  '/[locale]/centre/people/[id]': coordinator,
  '/[locale]/centre/people/[id]/slip': coordinator,
  '/[locale]/admin': admin,
  '/[locale]/admin/centres': admin,
  '/[locale]/admin/centres/new': admin,
  '/[locale]/admin/centres/[id]': admin,
  '/[locale]/admin/facilities': admin,
  '/[locale]/admin/facilities/new': admin,
  '/[locale]/admin/facilities/[id]': admin,
  '/[locale]/admin/colleges': admin,
  '/[locale]/admin/colleges/new': admin,
  '/[locale]/admin/colleges/[id]': admin,
  '/[locale]/admin/tokens': admin,
  '/[locale]/admin/reports': admin,
  '/dev/mail': anyone,
  '/[locale]/dev/mail': anyone,
  '/[locale]/dev/blocks': anyone,
  '/[locale]/account': signedIn,
  '/[locale]/account/my-data.json': signedIn,
  '/[locale]/account/password': signedIn,
  '/[locale]/account/second-factor': signedIn,
  '/[locale]/account/step-up': signedIn,
  '/[locale]/sign-in': anyone,
  '/[locale]/sign-in/forgotten': anyone,
  '/[locale]/sign-in/invitation/[token]': anyone,
  '/[locale]/sign-in/slip': anyone,
  '/[locale]/cohorts': anyone,
  '/[locale]/cohorts/[id]': anyone,
  '/[locale]/centre': centre,
  '/[locale]/centre/cohorts': centre,
  '/[locale]/centre/cohorts/new': coordinator,
  '/[locale]/centre/cohorts/[id]': centre,
  '/[locale]/centre/cohorts/[id]/attendance': centre,
  '/[locale]/centre/cohorts/[id]/sign-in-sheet': centre,
  '/[locale]/centre/cohorts/[id]/roster': coordinator,
  '/[locale]/centre/cohorts/[id]/roster/problems.csv': coordinator,
  '/[locale]/centre/roster-template.csv': coordinator,
  '/[locale]/centre/cohorts/[id]/skills': centre,
  '/[locale]/centre/cohorts/[id]/results': centre,
  '/[locale]/centre/cohorts/[id]/results.csv': centre,
  '/[locale]/centre/items': ['coordinator', 'trainer', 'administrator'],
  '/[locale]/centre/items/[course]/[edition]/standards': ['coordinator', 'trainer', 'administrator'],
  '/[locale]/centre/items/[course]/[edition]/[assessment]': ['coordinator', 'trainer', 'administrator'],
  '/[locale]/centre/items/[course]/[edition]/[assessment]/[item]': ['coordinator', 'trainer', 'administrator'],
  '/[locale]/centre/cohorts/[id]/skills/logbook': centre,
  '/[locale]/centre/cohorts/[id]/skills/logbook/[person]': centre,
  '/[locale]/centre/cohorts/[id]/skills/logbook.csv': centre,
  '/[locale]/centre/cohorts/[id]/skills/agreement': centre,
  '/[locale]/learn/classifier': signedIn,
  '/[locale]/learn/classifier/[chart]': signedIn,
  '/[locale]/learn/logbook': signedIn,
  '/[locale]/centre/cohorts/[id]/skills/[station]/[person]': centre,
  '/[locale]/college': college,
  '/v/[code]': anyone,
  '/[locale]/verify': anyone,
  '/[locale]/verify/[code]': anyone,
  '/[locale]/learn/documents': signedIn,
  '/[locale]/centre/cohorts/[id]/certificates': coordinator,
  '/[locale]/centre/certificates': ['coordinator', 'administrator'],
  '/[locale]/centre/certificates/[serial]': ['coordinator', 'administrator'],
  '/[locale]/ministry': ministry,
  '/[locale]/ministry/counts': ministry,
  '/[locale]/ministry/counts.csv': ministry,
  '/[locale]/ministry/certificates': ministry,
  '/[locale]/ministry/certificates.csv': ministry,
  '/[locale]/ministry/reconcile': ministry,
  '/[locale]/ministry/ledger': ministry,
  '/[locale]/ministry/ledger.jsonl': ministry,
  '/[locale]/ministry/checkpoint.txt': ministry,
  '/[locale]/ministry/definitions': ministry,
  '/.well-known/besik-keys.json': anyone,
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
