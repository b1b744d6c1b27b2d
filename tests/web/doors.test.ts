import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { calls } from '#src/api/index.ts'
import { doors } from '#src/doors.ts'
import { built, type Server, startServer, Visitor } from '#tests/server.ts'

// Every route and every call, as everybody, with an object of one's own, somebody else's and one that isn't there. What is
// expected follows from the door table, and again from a second table written by hand for what matters most.

const routes = built ? (JSON.parse(readFileSync('dist/routes.json', 'utf8')) as { pattern: string; type: string }[]) : []

const cast = {
  visitor: { email: '', roles: [] },
  trainee: { email: 'trainee@demo.kz', roles: ['trainee'] },
  trainer: { email: 'trainer@demo.kz', roles: ['trainer', 'trainee'] },
  coordinator: { email: 'coordinator@demo.kz', roles: ['coordinator'] },
  foreigner: { email: 'coordinator2@demo.kz', roles: ['coordinator'] },
  college: { email: 'college@demo.kz', roles: ['college'] },
  ministry: { email: 'ministry@demo.kz', roles: ['auditor'] },
  administrator: { email: 'admin@demo.kz', roles: ['administrator'] },
} as const
type Name = keyof typeof cast
const everybody = Object.keys(cast) as Name[]

const nobody = '00000000-0000-4000-8000-000000000000'
const canaries: Record<string, string> = {}

let server: Server
const as = {} as Record<Name, Visitor>
/** Parameters of a route with objects that exist: those of Kyzylorda, and of the trainee. */
let own: (pattern: string) => Record<string, string>
const absent = (pattern: string): Record<string, string> => ({
  locale: 'en', id: nobody, serial: 'KZ-2026-999999', code: '0'.repeat(27), assessment: nobody, attempt: nobody, course: 'nothing', edition: '9', lesson: 'nothing', token: 'nothing', station: 'nothing', person: nobody, personId: nobody, itemId: 'nothing', cohort: nobody, facility: nobody,
  ...(pattern.includes('[course]') || pattern.includes('{course}') ? { course: 'nothing' } : {}),
})
const fill = (pattern: string, values: Record<string, string>) => pattern.replace(/[[{](?:\.\.\.)?(\w+)[\]}]/g, (_, name: string) => values[name] ?? 'nothing')

const admitted = (name: Name, door: readonly string[]) => door.includes('anyone') || (name !== 'visitor' && (door.includes('signed-in') || cast[name].roles.some((role) => door.includes(role))))

beforeAll(async () => {
  server = await startServer()
  for (const name of everybody) as[name] = name === 'visitor' ? new Visitor(server) : await new Visitor(server).signIn(cast[name].email)
  const cohorts = (await as.coordinator.call('GET', '/cohorts?limit=200')).body.items as { id: string; centre: string; state: string }[]
  const foreign = (await as.foreigner.call('GET', '/cohorts?limit=200')).body.items as typeof cohorts
  const kyzylorda = cohorts.find((one) => one.state === 'draft' && !foreign.some((other) => other.id === one.id))!
  let running = cohorts[0]!
  for (const one of cohorts) {
    if (one.state === 'running' && one.centre === kyzylorda.centre && (await as.trainee.call('GET', `/cohorts/${one.id}/assessments`)).status === 200) running = one
  }
  const people = (await as.coordinator.call('GET', `/cohorts/${running.id}/enrolments`)).body.items as { personId: string; name: string }[]
  const certificates = (await as.coordinator.call('GET', '/certificates')).body.items as { serial: string; code: string }[]
  const tests = (await as.trainee.call('GET', `/cohorts/${running.id}/assessments`)).body.items as { id: string; kind: string }[]
  // A plan of whoever is there, and a batch of the group whose course is over.
  const { planId: plan } = (await as.coordinator.call('POST', `/cohorts/${running.id}/plans`, {})).body as { planId: string }
  const certified = ((await as.coordinator.call('GET', '/certificates')).body.items as { cohort: string }[])[0]!.cohort
  const batch = ((await as.coordinator.call('GET', `/cohorts/${certified}/batches`)).body.items as { batchId: string }[])[0]!.batchId
  const assessment = tests.find((one) => one.kind === 'post-test')!
  const sitting = (await as.trainee.call('POST', `/assessments/${assessment.id}/attempts`)).body
  const course = (await as.visitor.call('GET', '/courses/imci')).body
  const lesson = /learn\/courses\/imci\/1\/([\w-]+)/.exec((await as.trainee.open('/en/learn/courses/imci/1')).text)![1]!
  const visit = /follow-up\/([0-9a-f-]{36})\/([0-9a-f-]{36})/.exec((await as.coordinator.open('/en/centre/follow-up')).text)!
  const facility = /supervision\/([0-9a-f-]{36})/.exec((await as.coordinator.open('/en/centre/supervision')).text)![1]!
  const request = /requests\/([0-9a-f-]{36})/.exec((await as.coordinator.open('/en/centre/requests?state=granted')).text)![1]!
  const [toAuthors, toCollege] = [/requests\/([0-9a-f-]{36})/.exec((await as.administrator.open('/en/admin/requests')).text)![1]!, /requests\/([0-9a-f-]{36})/.exec((await as.college.open('/en/college/requests')).text)![1]!]
  const asked = /admin\/procedures\/([0-9a-f-]{36})/.exec((await as.administrator.open('/en/admin/procedures?state=open')).text)![1]!
  const reportNumber = /AR-\d{4}-\d{5}/.exec((await as.college.open('/en/college/reports')).text)![0]
  const reportCode = /verify\/report\/([0-9A-Z]{27})/.exec((await as.college.open(`/en/college/reports/${reportNumber}`)).text)![1]!
  const adoption = /college\/adoptions\/([0-9a-f-]{36})/.exec((await as.college.open('/en/college/adoptions?course=imci')).text)![1]!
  const scan = /college\/evidence\/([0-9a-f-]{36})/.exec((await as.college.open(`/en/college/adoptions/${adoption}`)).text)![1]!
  const letter = /notices\/([0-9a-f-]{36})/.exec((await as.coordinator.open('/en/notices')).text)![1]!
  canaries['a trainee of Kyzylorda'] = people.at(-1)!.name
  const now = new Date(Date.now() + 5 * 3_600_000)
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7)
  await as.ministry.form('/en/ministry/statements', 'statements.sign', { month })
  own = (pattern) => ({
    locale: 'en', id: pattern.includes('draft') ? kyzylorda.id : running.id, serial: certificates[0]!.serial, code: certificates[0]!.code, assessment: assessment.id, attempt: sitting.attemptId, attemptId: sitting.attemptId, course: 'imci', edition: '1', lesson,
    station: 'counting-breaths', figure: 'people', chart: 'child', day: '1', list: '0', person: people[0]!.personId, personId: people[0]!.personId, itemId: sitting.items[0].id, token: 'nothing',
    ...(pattern.includes('/follow-up') ? { cohort: visit[1]!, id: visit[1]!, person: visit[2]!, personId: visit[2]! } : { cohort: running.id }), facility,
    ...(/\/(?:attempts)\/\{id\}/.test(pattern) ? { id: sitting.attemptId } : {}), ...(/\/assessments\/\{id\}/.test(pattern) ? { id: assessment.id } : {}),
    ...(pattern.includes('/admin/requests/') ? { id: toAuthors } : pattern.includes('/college/requests/') ? { id: toCollege } : pattern.includes('/requests/') ? { id: request } : pattern.endsWith('/notices/[id]') || pattern === '/notices' ? { id: letter } : {}),
    ...(pattern.includes('/procedures/') ? { slug: 'training-course', id: asked } : {}),
    ...(/\/adoptions\//.test(pattern) ? { id: adoption } : pattern.includes('/evidence/') ? { id: scan } : {}),
    month, number: reportNumber, ...(/\/verify\/report\/|\/adoption-reports\//.test(pattern) ? { code: reportCode } : {}),
    plan, batch, ...(pattern.includes('/certificates/batch/') ? { id: certified } : {}),
    ...(pattern.includes('/achievements/') ? { kind: 'non-formal' } : {}), ...(pattern.includes('/admin/kinds/') ? { kind: 'advanced' } : {}),
    ...(pattern.includes('/centres/{id}/') ? { id: kyzylorda.centre } : {}),
    region: 'KZ-43', centre: kyzylorda.centre,
    ...(pattern.includes('/centre/items/') ? { assessment: 'post-test', item: sitting.items[0].id } : {}),
    ...(/\/people\/\[id\]\/(notices|credits)/.test(pattern) ? { id: people[0]!.personId } : {}),
    ...(pattern.includes('/admin/people/') || pattern.includes('/admin/persons/') ? { id: people[0]!.personId, person: people[0]!.personId } : {}),
  })
  expect(course).toBeTruthy()
})
afterAll(() => server?.stop())

test('every route of the build has a door, and every door a route', () => {
  expect(routes.map((route) => route.pattern).filter((pattern) => !(pattern in doors))).toEqual([])
})

// A list of problems needs to be told of which file: without one it has nothing to say to anybody.
const pages = routes.filter((route) => route.pattern in doors && !['/404', '/500', '/[locale]/centre/cohorts/[id]/roster/problems.csv'].includes(route.pattern))

describe.each(pages.map((route) => route.pattern))('%s', (pattern) => {
  const door = doors[pattern]!

  test.each(everybody)('as %s: let in, sent to sign in, or refused, as the door says', async (name) => {
    const response = await as[name].get(fill(pattern, own(pattern)))
    const text = await response.text()
    expect(response.status, text.slice(0, 300)).toBeLessThan(500)
    if (admitted(name, door)) expect([200, 302, 303, 307, 404]).toContain(response.status)
    else if (name === 'visitor') expect([response.status, response.headers.get('location')?.includes('/sign-in?next=')]).toEqual([303, true])
    else expect(response.status).toBe(403)
  })

  test('HEAD is guarded like GET', async () => {
    for (const name of ['visitor', 'trainee'] as const) {
      if (admitted(name, door)) continue
      expect((await as[name].send('HEAD', fill(pattern, own(pattern)))).status).toBe(name === 'visitor' ? 303 : 403)
    }
  })

  if (/\[(id|serial|assessment|attempt|person)\]/.test(pattern)) test('somebody else’s object looks exactly like one that isn’t there', async () => {
    const bare = (text: string) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|KZ-\d{4}-\d{6}/g, 'ID')
    for (const name of ['foreigner', 'trainer', 'trainee', 'college'] as const) {
      if (!admitted(name, door)) continue
      const there = await as[name].get(fill(pattern, own(pattern)))
      const nothing = await as[name].get(fill(pattern, absent(pattern)))
      expect(nothing.status).toBe(404)
      if (there.status === 404) expect(bare(await there.text())).toBe(bare(await nothing.text()))
    }
  })
})

/** Written by hand, so that a wrong door does not approve itself: who sees what, with the status for everybody else. */
const sensitive: [path: () => string, allowed: Name[]][] = [
  [() => fill('/en/centre/cohorts/{id}', own('')), ['trainer', 'coordinator']],
  [() => fill('/en/centre/cohorts/{id}/attendance', own('')), ['trainer', 'coordinator']],
  [() => fill('/en/centre/cohorts/{id}/move', own('')), ['coordinator']],
  [() => fill('/en/centre/cohorts/{id}/copy', own('')), ['coordinator']],
  [() => '/en/admin/holidays', ['administrator']],
  [() => '/en/college/adoptions', ['college', 'ministry', 'administrator']],
  [() => '/en/college/adoptions/invite', ['administrator']],
  [() => fill('/en/college/adoptions/{id}', own('/college/adoptions/')), ['college', 'ministry', 'administrator']],
  [() => fill('/en/college/evidence/{id}', own('/college/evidence/')), ['college', 'ministry', 'administrator']],
  [() => fill('/api/v1/adoptions/{id}/steps', own('/adoptions/')), ['college', 'ministry', 'administrator']],
  [() => fill('/en/centre/cohorts/{id}/certificates', own('')), ['coordinator']],
  [() => fill('/en/centre/cohorts/{id}/close', own('')), ['coordinator']],
  [() => fill('/en/centre/cohorts/{id}/check-in', own('')), ['trainer', 'coordinator']],
  [() => fill('/en/centre/cohorts/{id}/sign-in-sheet.pdf', own('')), ['trainer', 'coordinator']],
  [() => fill('/api/v1/cohorts/{id}/attendance', own('')), ['trainer', 'coordinator']],
  [() => fill('/en/centre/cohorts/{id}/skills', own('')), ['trainer', 'coordinator']],
  [() => fill('/en/centre/cohorts/{id}/skills/logbook', own('')), ['trainer', 'coordinator']],
  [() => fill('/en/centre/cohorts/{id}/skills/logbook/{person}', own('')), ['trainer', 'coordinator']],
  [() => fill('/en/centre/cohorts/{id}/skills/agreement', own('')), ['trainer', 'coordinator']],
  [() => fill('/en/centre/follow-up/{cohort}/{person}', own('/follow-up')), ['trainer', 'coordinator']],
  [() => fill('/en/centre/cohorts/{id}/evaluation', own('')), ['trainer', 'coordinator']],
  [() => fill('/en/learn/evaluation/{cohort}', own('')), ['trainee']],
  [() => fill('/api/v1/cohorts/{id}/logbook', own('')), ['administrator', 'trainee', 'trainer', 'coordinator']],
  [() => fill('/api/v1/cohorts/{id}/agreement', own('')), ['administrator', 'trainer', 'coordinator']],
  [() => fill('/en/centre/certificates/{serial}', own('')), ['coordinator', 'administrator']],
  [() => fill('/en/learn/attempts/{attempt}', own('')), ['trainee']],
  [() => fill('/en/cohorts/{id}', own('draft')), ['administrator', 'coordinator', 'trainer']],
  [() => '/en/centre/plan', ['trainer', 'coordinator', 'foreigner']],
  [() => fill('/en/centre/requests/{id}', own('/requests/')), ['coordinator']],
  [() => fill('/en/college/requests/{id}', own('/college/requests/')), ['college']],
  [() => fill('/en/admin/requests/{id}', own('/admin/requests/')), ['administrator']],
  [() => fill('/en/college/reports/{number}', own('')), ['administrator', 'college', 'ministry']],
  [() => fill('/en/college/reports/{number}/report.pdf', own('')), ['administrator', 'college', 'ministry']],
  [() => '/en/college/staff', ['college']],
  [() => fill('/en/notices/{id}', own('/notices')), ['coordinator']],
  [() => fill('/en/admin/procedures/{id}', own('/procedures/')), ['ministry', 'administrator']],
  [() => fill('/en/centre/people/{personId}/notices', own('')), ['coordinator']],
  [() => fill('/en/centre/people/{personId}/credits', own('')), ['administrator', 'coordinator']],
  [() => '/en/ministry/certificates', ['ministry']],
  [() => '/en/ministry/ledger', ['ministry']],
  [() => '/en/ministry/trail', ['ministry']],
  [() => '/en/ministry/trail/denied', ['ministry']],
  [() => '/en/admin', ['administrator']],
  [() => '/en/admin/people', ['administrator']],
  [() => '/en/admin/tokens', ['administrator']],
  [() => '/en/admin/dhis2', ['administrator']],
  [() => '/en/ministry/exchange', ['ministry']],
  [() => '/en/admin/reports', ['administrator']],
  [() => '/en/learn/courses/imci/1/guide/2', ['administrator', 'coordinator', 'foreigner', 'trainer']],
  [() => fill('/api/v1/cohorts/{id}/enrolments', own('')), ['trainer', 'coordinator']],
  [() => fill('/api/v1/cohorts/{id}/eligibility', own('')), ['coordinator']],
  [() => fill('/api/v1/cohorts/{id}', own('draft')), ['administrator', 'coordinator', 'trainer']],
  [() => '/api/v1/counts/certificates', ['ministry']],
  [() => '/api/v1/ledger/entries', ['ministry']],
]

test.each(sensitive.map(([path, allowed], index) => [index, path, allowed] as const))('what matters most, row %i', async (_, path, allowed) => {
  const seen = []
  for (const name of everybody) if ((await as[name].get(path())).status === 200) seen.push(name)
  expect(seen.sort(), path()).toEqual([...allowed].sort())
})

test('the certificates of a group are handed out to its coordinator and an administrator alone', async () => {
  // A group without any: who may enter is told that there is nothing to print, whatever else the demonstration holds.
  for (const ending of ['pdf', 'zip']) {
    const seen = Object.fromEntries(await Promise.all(everybody.map(async (name) => [name, (await as[name].send('POST', fill(`/en/centre/cohorts/{id}/certificates.${ending}`, own('draft')))).status])))
    expect(seen).toEqual({ visitor: 303, trainee: 403, trainer: 403, coordinator: 409, foreigner: 404, college: 403, ministry: 403, administrator: 409 })
  }
})

test('no page or list shows another centre’s people', async () => {
  const name = canaries['a trainee of Kyzylorda']!
  for (const path of ['/en/centre', '/en/centre/cohorts', '/en/centre/certificates', '/api/v1/certificates', '/en/cohorts', `/en/centre/cohorts?q=${encodeURIComponent(name)}`]) {
    expect((await as.foreigner.open(path)).text, path).not.toContain(name.split(' ')[0]! + ' ' + name.split(' ')[1]!)
  }
})

// Signing out as everybody would end the cast's sessions: it has a test of its own below.
const others = calls.filter((call) => call.path !== '/session')

describe.each(others.map((call) => [`${call.method} ${call.path}`, call] as const))('%s', (_, call) => {
  test.each(everybody)('as %s', async (name) => {
    const isRead = call.method === 'GET'
    const path = fill(call.path, isRead ? own(call.path) : absent(call.path))
    const { status, body } = await as[name].call(call.method, path, isRead ? undefined : {})
    expect(status, JSON.stringify(body)).toBeLessThan(500)
    if (admitted(name, call.who)) expect([401, 403].includes(status) && !call.who.includes('anyone') ? body.code : 'fine').not.toBe('session.none')
    else expect([status, body.code]).toEqual(name === 'visitor' ? [401, 'session.none'] : [403, 'permission.denied'])
  })

  if (call.path.includes('{')) test('answers not found, never a failure, for ids that are none', async () => {
    const odd = ['0', '-1', '1e3', '9223372036854775808', '%00', '..%2f..', 'x'.repeat(3000), '%F0%9F%98%80', "';drop", nobody, '%E0%A4%A']
    for (const value of odd) {
      const path = call.path.replace(/\{\w+\}/g, value)
      for (const name of ['coordinator', 'ministry', 'trainee'] as const) {
        const { status } = await as[name].call(call.method, path, call.method === 'GET' ? undefined : {})
        expect([400, 403, 404, 409, 422], `${name} ${call.method} ${value}`).toContain(status)
      }
    }
  })
})

test('signing out holds on the very next request, on a kept lesson too', async () => {
  const reader = await new Visitor(server).signIn('trainee@demo.kz')
  const lesson = fill('/en/learn/courses/{course}/{edition}/{lesson}', own(''))
  expect((await reader.get(lesson)).status).toBe(200)
  expect((await reader.get(lesson)).status).toBe(200)
  const kept = new Map(reader.cookies)
  expect((await reader.call('DELETE', '/session')).status).toBe(204)
  for (const [name, value] of kept) reader.cookies.set(name, value)
  expect((await reader.get(lesson)).status).toBe(303)
})

test('a kept lesson greets each reader by their own name', async () => {
  const lesson = fill('/en/learn/courses/{course}/{edition}/{lesson}', own(''))
  for (const _ of [1, 2]) {
    expect(await (await as.trainee.get(lesson)).text()).toContain('Рақымбаева Нұргүл')
    const other = await (await as.college.get(lesson)).text()
    expect(other).not.toContain('Рақымбаева')
    expect(other).not.toMatch(/[\ue000\ue001]/)
  }
})
