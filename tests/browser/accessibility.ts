import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { doors, type Who } from '#src/doors.ts'
import { type Server, Visitor } from '#tests/server.ts'
import { inspect, shape } from './axe.ts'
import { able, type Arrive, describe, expect, needs, password, type Reader, test as base } from './browser.ts'

// Every page of the build, with objects that exist, as somebody who may enter it. Nothing is waived: a page that breaks a rule
// is mended. A new parameter of an address gets its value in `findFacts` below, and nowhere else.

const names = ['trainee', 'trainer', 'coordinator', 'college', 'ministry', 'admin'] as const
export type Name = (typeof names)[number] | 'visitor'
const holders: Record<Who, Name> = { anyone: 'visitor', 'signed-in': 'trainee', trainee: 'trainee', trainer: 'trainer', coordinator: 'coordinator', college: 'college', auditor: 'ministry', administrator: 'admin' }

const routes = able && existsSync('dist/routes.json') ? (JSON.parse(readFileSync('dist/routes.json', 'utf8')) as { pattern: string; type: string }[]) : []
/** Any manual that content/ holds; while it holds none, the page of one can't be looked at. */
const manual = existsSync('content/manuals/kk') ? readdirSync('content/manuals/kk')[0]?.replace('.mdx', '') : undefined
const pages = routes.filter(({ type, pattern }) => type === 'page' && pattern.startsWith('/[locale]') && (manual !== undefined || !pattern.endsWith('/[manual]'))).map(({ pattern }) => pattern)
/** Doors that let more people in than find something behind them. */
const readers: Record<string, Name> = { '/[locale]/learn/courses/[course]/[edition]/guide/[day]': 'trainer' }

type Session = { name: string; value: string }[]
export type Facts = { sessions: Record<Name, Session>; path: (pattern: string) => string; cohorts: Record<'running' | 'open' | 'full' | 'draft' | 'closed', string> }

export const test = base.extend<{ $file: { facts: Facts } }>({
  facts: [async ({ server }, use) => use(await findFacts(server)), { scope: 'file' }],
})

/** A device on which somebody of the cast has signed in. */
export async function arriveAs(arrive: Arrive, server: Server, facts: Facts, who: Name, device: Parameters<Arrive>[1] = {}): Promise<Reader> {
  const reader = await arrive(server, { width: 360, ...device })
  await reader.context.addCookies(facts.sessions[who].map((cookie) => ({ ...cookie, url: server.origin })))
  return reader
}

/** Looks at those pages of the build whose pattern is meant: a file for some wings, so that two files are looked at at once. */
export function looksAt(what: string, meant: (pattern: string) => boolean) {
  const some = pages.filter(meant)
  describe.skipIf(!able)(`accessible to everybody: ${what}${needs}`, () => {
    test('every page of the build is looked at', ({ facts }) => {
      for (const pattern of some) expect(facts.path(pattern), pattern).not.toContain('undefined')
      expect(pages.length).toBeGreaterThan(40)
      expect(some.length).toBeGreaterThan(20)
    })

    test.for(some.length > 0 ? some : ['every page'])('%s', async (pattern, { server, facts, arrive }) => {
      const who = readers[pattern] ?? holders[doors[pattern]![0]!]
      const reader = await arriveAs(arrive, server, facts, who)
      const faults: string[] = []
      for (const locale of ['ru', 'en', 'kk'] as const) {
        reader.locale = locale
        expect(await reader.open(facts.path(pattern)), `${who} at ${reader.page.url()}`).toBe(200)
        faults.push(...(locale === 'kk' ? await inspect(reader) : await shape(reader)))
      }
      expect(faults).toEqual([])
    })
  })
}

/** Signs everybody in, and finds for each parameter of an address something that exists. */
async function findFacts(server: Server): Promise<Facts> {
  const visitors = Object.fromEntries(names.map((name) => [name, new Visitor(server)])) as Record<(typeof names)[number], Visitor>
  for (const name of names) await visitors[name].form('/en/sign-in', 'people.signIn', { login: `${name}@demo.kz`, password })
  const { trainee, coordinator, admin } = visitors
  const find = async (visitor: Visitor, path: string, pattern: RegExp) => {
    const found = pattern.exec((await visitor.open(path)).text)
    if (!found) throw new Error(`nothing like ${pattern} at ${path}`)
    return found[1]!
  }
  const id = '([0-9a-f]{8}-[0-9a-f-]{27})'
  const own = async (state: string) => find(coordinator, `/en/centre/cohorts?from=&state=${state}`, new RegExp(`/centre/cohorts/${id}`))
  const desk = (await coordinator.open('/en/centre/cohorts?from=&state=open')).text
  const open = ((await coordinator.call('GET', '/cohorts?limit=200')).body.items as { id: string; queued: number }[]).filter((one) => desk.includes(one.id))
  const running = await find(trainee, '/en/learn', new RegExp(`cohort=${id}`))
  const cohorts = { running, open: open.find((one) => one.queued === 0)!.id, full: open.find((one) => one.queued > 0)!.id, draft: await own('draft'), closed: await own('closed') }

  // The quiz, for it has a question of every kind.
  const assessment = await find(trainee, `/en/learn/courses/imci/1?cohort=${running}`, new RegExp(`/learn/tests/${id}"[^>]*>Quiz`))
  const started = await trainee.form(`/en/learn/tests/${assessment}`, 'attempts.start', { assessmentId: assessment, locale: 'kk' })
  const personId = await find(coordinator, '/en/centre/people?state=invited', new RegExp(`/centre/people/${id}`))
  const added = await coordinator.form('/en/centre/people/new', 'people.create', { wing: 'centre', role: 'trainee', familyName: 'Бекқызы', givenName: 'Айша', email: 'aisha@example.kz', locale: 'kk' })
  const invited = /people\/([0-9a-f-]{36})/.exec(added.headers.get('location')!)![1]!
  await coordinator.form(`/en/centre/people/${invited}`, 'people.invite', { personId: invited })
  const [, visited, visitor] = /follow-up\/([0-9a-f-]{36})\/([0-9a-f-]{36})/.exec((await coordinator.open('/en/centre/follow-up')).text)!
  const values: Record<string, string> = {
    locale: '', course: 'imci', edition: '1', lesson: '1-03-cough-or-difficult-breathing', station: 'counting-breaths', figure: 'people', chart: 'child', day: '1', kind: 'advanced', assessment, attempt: started.headers.get('location')!.split('/').at(-1)!,
    person: await find(visitors.trainer, `/en/centre/cohorts/${running}/skills`, new RegExp(`/skills/counting-breaths/${id}`)),
    code: await find(trainee, '/en/learn/documents', /\/verify\/([0-9A-Z]{27})/), serial: await find(coordinator, '/en/centre/certificates', /\/certificates\/(KZ-\d{4}-\d{6})/),
    token: await find(new Visitor(server), '/en/dev/mail', /\/sign-in\/invitation\/([\w-]+)/),
    // Open for six weeks after the course: what comes after those is a sentence.
    cohort: await find(trainee, '/en/learn', new RegExp(`/learn/evaluation/${id}`)).catch(() => running), facility: await find(coordinator, '/en/centre/supervision', new RegExp(`/supervision/${id}`)),
    'centre/requests/[id]': await find(coordinator, '/en/centre/requests?state=asked', new RegExp(`/requests/${id}`)), 'notices/[id]': await find(trainee, '/en/notices', new RegExp(`/notices/${id}`)),
    'college/requests/[id]': await find(visitors.college, '/en/college/requests', new RegExp(`/requests/${id}`)), 'admin/requests/[id]': await find(admin, '/en/admin/requests', new RegExp(`/requests/${id}`)),
    'college/adoptions/[id]': await find(visitors.college, '/en/college/adoptions?course=imci', new RegExp(`/college/adoptions/${id}`)),
    'admin/procedures/[id]': await find(admin, '/en/admin/procedures?state=open', new RegExp(`/admin/procedures/${id}`)),
    region: 'KZ-43', centre: ((await coordinator.call('GET', `/cohorts/${running}`)).body as { centre: string }).centre,
    'centre/people/[id]': personId, 'centre/cohorts/[id]': running, 'cohorts/[id]': cohorts.open,
  }
  values['centre/trainers/[id]'] = await find(coordinator, '/en/centre/trainers', new RegExp(`/centre/trainers/${id}`))
  for (const kind of ['centres', 'facilities', 'colleges', 'people']) values[`admin/${kind}/[id]`] = await find(admin, `/en/admin/${kind}`, new RegExp(`/admin/${kind}/${id}`))

  values['plan'] = (await coordinator.call('POST', `/cohorts/${running}/plans`, {})).body.planId as string
  const certified = ((await coordinator.call('GET', '/certificates')).body.items as { cohort: string }[])[0]!.cohort
  const batch = { id: certified, batch: ((await coordinator.call('GET', `/cohorts/${certified}/batches`)).body.items as { batchId: string }[])[0]!.batchId }

  // A procedure is asked for without signing in and granted; its link stands in the letter.
  const slug = 'training-course'
  const wish = { procedure: slug, organisation: 'Ош', country: 'KG', name: 'Айгерим', email: 'granted@example.kg', purpose: 'Биринчи курс', consent: 'on' }
  await new Visitor(server).form(`/ru/procedures/${slug}/request`, 'procedures.request', wish)
  const requestId = await find(admin, '/en/admin/procedures?state=open&country=KG', new RegExp(`/admin/procedures/${id}`))
  await admin.form(`/en/admin/procedures/${requestId}`, 'procedures.answer', { requestId, answer: 'granted', days: '1' })
  const granted = await find(new Visitor(server), '/en/dev/mail', /\/procedures\/granted\/([\w-]+)/)

  const reportNumber = await find(visitors.college, '/en/college/reports', /reports\/(AR-\d{4}-\d{5})/)
  const reportCode = await find(visitors.college, `/en/college/reports/${reportNumber}`, /\/verify\/report\/([0-9A-Z]{27})/)
  values['number'] = reportNumber
  const now = new Date(Date.now() + 5 * 3_600_000)
  values['month'] = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7)
  await visitors.ministry.form('/en/ministry/statements', 'statements.sign', { month: values['month'] })

  return {
    cohorts,
    sessions: { visitor: [], ...(Object.fromEntries(names.map((name) => [name, [...visitors[name].cookies].map(([name, value]) => ({ name, value }))])) as Record<(typeof names)[number], Session>) },
    path(pattern) {
      // A test of the results pages is named, not one cohort's own.
      const named: Record<string, string> = pattern.includes('/centre/items/') ? { assessment: 'post-test', item: 'imci-1-danger-07' } : pattern.includes('/guide/') ? { day: '2' } : pattern.includes('/certificates/batch/') ? batch : pattern.includes('/verify/report/') ? { code: reportCode } : pattern.includes('/procedures/') ? { slug, token: granted } : pattern.includes('/follow-up/') ? { cohort: visited!, person: visitor! } : { manual: manual ?? '' }
      const whole = Object.keys(values).filter((key) => key.endsWith('/[id]') && pattern.startsWith(`/[locale]/${key}`))[0]
      return pattern.replace('/[locale]', '').replace(/\[(\w+)\]/g, (_, name: string) => (name === 'id' && whole && !named['id'] ? values[whole]! : String({ ...values, ...named }[name])))
    },
  }
}
