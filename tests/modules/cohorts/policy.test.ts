import { expect, test } from 'vitest'
import { type Actor, system, visitor } from '#modules/actor.ts'
import { mayMark } from '#modules/attendance/policy.ts'
import { mayCoordinate, mayEnrol, maySee, maySeePeople, mayWithdraw, permitAt } from '#modules/cohorts/policy.ts'

const here = 'c0000000-0000-4000-8000-000000000001'
const there = 'c0000000-0000-4000-8000-000000000002'
const me = 'd0000000-0000-4000-8000-000000000001'
const other = 'd0000000-0000-4000-8000-000000000002'

const person = (...memberships: Actor['memberships']): Actor => ({ kind: 'person', personId: me, system: '', memberships, steppedUp: true })
const at = (role: 'coordinator' | 'trainer', centreId: string) => ({ role, centreId, collegeId: null })
const everywhere = (role: 'trainee' | 'auditor' | 'administrator') => ({ role, centreId: null, collegeId: null })

const actors = {
  visitor,
  'without a role': person(),
  trainee: person(everywhere('trainee')),
  'trainer here': person(at('trainer', here)),
  'trainer elsewhere': person(at('trainer', there)),
  'coordinator here': person(at('coordinator', here)),
  'coordinator elsewhere': person(at('coordinator', there)),
  college: person({ role: 'college', centreId: null, collegeId: other }),
  auditor: person(everywhere('auditor')),
  administrator: person(everywhere('administrator')),
  system: system('test'),
}
const cohort = { centreId: here, state: 'open' as const }
const draft = { centreId: here, state: 'draft' as const }

const whoMay = (may: (actor: Actor) => boolean) => Object.entries(actors).flatMap(([name, actor]) => (may(actor) ? [name] : []))
const everybody = Object.keys(actors)

test.each([
  ['see an open cohort', (a: Actor) => maySee(a, cohort), everybody],
  ['see a draft', (a: Actor) => maySee(a, draft), ['trainer here', 'coordinator here', 'administrator', 'system']],
  ['see a draft they are in', (a: Actor) => maySee(a, draft, true), everybody],
  ['see its people', (a: Actor) => maySeePeople(a, cohort), ['trainer here', 'coordinator here', 'system']],
  ['coordinate it', (a: Actor) => mayCoordinate(a, cohort), ['coordinator here', 'system']],
  ['mark attendance', (a: Actor) => mayMark(a, cohort), ['trainer here', 'coordinator here', 'system']],
  ['enrol themselves', (a: Actor) => mayEnrol(a, cohort, me), ['trainee', 'coordinator here', 'system']],
  ['enrol another', (a: Actor) => mayEnrol(a, cohort, other), ['coordinator here', 'system']],
  ['withdraw another', (a: Actor) => mayWithdraw(a, cohort, other), ['coordinator here', 'system']],
  ['withdraw themselves', (a: Actor) => mayWithdraw(a, cohort, me), everybody.filter((name) => name !== 'visitor')],
])('these may %s', (_, may, who) => {
  expect(whoMay(may)).toEqual(who)
})

test('for staff of another centre a cohort is not there; for others it is their role that lacks', () => {
  const refusalFor = (actor: Actor) => {
    try {
      permitAt(mayCoordinate(actor, cohort), actor, cohort)
      return 'none'
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  expect(Object.fromEntries(Object.entries(actors).map(([name, actor]) => [name, refusalFor(actor)]))).toEqual({
    visitor: 'permission.denied', 'without a role': 'permission.denied', trainee: 'permission.denied', college: 'permission.denied', auditor: 'permission.denied', administrator: 'permission.denied',
    'trainer here': 'permission.denied', 'trainer elsewhere': 'object.not-found', 'coordinator elsewhere': 'object.not-found', 'coordinator here': 'none', system: 'none',
  })
})
