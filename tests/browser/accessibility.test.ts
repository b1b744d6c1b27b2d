import { AxeBuilder } from '@axe-core/playwright'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { doors, type Who } from '#src/doors.ts'
import { type Server, Visitor } from '#tests/server.ts'
import { able, describe, expect, needs, password, type Reader, test as base } from './browser.ts'

// Every page of the build, with objects that exist, as somebody who may enter it; then what forms and results look like.
// Nothing is waived: a page that breaks a rule is mended.

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const names = ['trainee', 'trainer', 'coordinator', 'college', 'ministry', 'admin'] as const
type Name = (typeof names)[number] | 'visitor'
const holders: Record<Who, Name> = { anyone: 'visitor', 'signed-in': 'trainee', trainee: 'trainee', trainer: 'trainer', coordinator: 'coordinator', college: 'college', auditor: 'ministry', administrator: 'admin' }

const routes = able && existsSync('dist/routes.json') ? (JSON.parse(readFileSync('dist/routes.json', 'utf8')) as { pattern: string; type: string }[]) : []
/** Any manual that content/ holds; while it holds none, the page of one can't be looked at. */
const manual = existsSync('content/manuals/kk') ? readdirSync('content/manuals/kk')[0]?.replace('.mdx', '') : undefined
const pages = routes.filter(({ type, pattern }) => type === 'page' && pattern.startsWith('/[locale]') && (manual !== undefined || !pattern.endsWith('/[manual]'))).map(({ pattern }) => pattern)
/** Doors that let more people in than find something behind them. */
const readers: Record<string, Name> = { '/[locale]/learn/courses/[course]/[edition]/guide/[day]': 'trainer' }

type Session = { name: string; value: string }[]
type Facts = { sessions: Record<Name, Session>; path: (pattern: string) => string; cohorts: Record<'running' | 'open' | 'full' | 'draft' | 'closed', string> }

const test = base.extend<{ $file: { facts: Facts } }>({
  facts: [async ({ server }, use) => use(await findFacts(server)), { scope: 'file' }],
})

describe.skipIf(!able)(`accessible to everybody${needs}`, () => {
  test('every page of the build is looked at', ({ facts }) => {
    for (const pattern of pages) expect(facts.path(pattern), pattern).not.toContain('undefined')
    expect(pages.length).toBeGreaterThan(40)
  })

  test.for(pages.length > 0 ? pages : ['every page'])('%s', async (pattern, { server, facts, arrive }) => {
    const who = readers[pattern] ?? holders[doors[pattern]![0]!]
    const reader = await arrive(server, { width: 360 })
    await reader.context.addCookies(facts.sessions[who].map((cookie) => ({ ...cookie, url: server.origin })))
    const faults: string[] = []
    for (const locale of ['ru', 'en', 'kk'] as const) {
      reader.locale = locale
      expect(await reader.open(facts.path(pattern)), `${who} at ${reader.page.url()}`).toBe(200)
      faults.push(...(locale === 'kk' ? await inspect(reader) : await shape(reader)))
    }
    expect(faults).toEqual([])
  })

  const moments: [name: string, who: Name, go: (reader: Reader, facts: Facts) => Promise<unknown>][] = [
    ['a sign-in that was refused', 'visitor', async (reader) => {
      await reader.signIn('nobody@example.kz', 'жоқ құпия')
      await reader.page.getByRole('alert').waitFor()
    }],
    ['an invitation that no longer works', 'visitor', at('/sign-in/invitation/nothing', 404)],
    ['a form for a person with everything wrong', 'coordinator', async (reader) => {
      await reader.open('/centre/people/new')
      await reader.field('people.iin').fill('123')
      await reader.press('people.add.save')
      await reader.page.getByRole('alert').waitFor()
    }],
    ['a slip with its code', 'coordinator', async (reader, facts) => {
      await reader.open(facts.path('/[locale]/centre/people/[id]'))
      await reader.press('person.slip')
      await reader.page.getByRole('article').waitFor()
    }],
    ['a personal number in full', 'coordinator', async (reader, facts) => {
      await reader.open(facts.path('/[locale]/centre/people/[id]'))
      await reader.follow(reader.button('person.reveal').first())
    }],
    ['a schedule that was refused', 'coordinator', async (reader) => {
      await reader.open('/centre/cohorts/new')
      await reader.field('cohort.field.starts').fill('2026-03-05')
      await reader.field('cohort.field.ends').fill('2026-03-01')
      await reader.press('centre.new.go')
      await reader.page.getByRole('alert').waitFor()
    }],
    ['a roster with every kind of mistake', 'coordinator', async (reader, facts) => {
      await reader.open(`/centre/cohorts/${facts.cohorts.open}/roster`)
      await reader.field('roster.upload.file').setInputFiles('tests/corpus/rosters/roster-dirty.csv')
      await reader.press('roster.upload.go')
      await reader.heading({ text: reader.t('roster.enrol.title') }).waitFor()
    }],
    ['a roster that was imported', 'coordinator', at((facts) => `/centre/cohorts/${facts.cohorts.open}/roster?done=1&created=25&enrolled=20&queued=5&alreadyIn=0&changed=1`)],
    ['a cohort with a queue', 'coordinator', at((facts) => `/centre/cohorts/${facts.cohorts.full}`)],
    ['a draft', 'coordinator', at((facts) => `/centre/cohorts/${facts.cohorts.draft}`)],
    ['attendance that is closed', 'coordinator', at((facts) => `/centre/cohorts/${facts.cohorts.closed}/attendance`)],
    ['certificates that are issued', 'coordinator', at((facts) => `/centre/cohorts/${facts.cohorts.closed}/certificates`)],
    ['a list without anything', 'coordinator', at('/centre/people?search=zzzzzz')],
    ['a trainee’s own seat', 'trainee', at((facts) => `/cohorts/${facts.cohorts.running}`)],
    ['a full cohort for somebody who comes late', 'trainee', at((facts) => `/cohorts/${facts.cohorts.full}`)],
    ['signed in already', 'trainee', at('/sign-in')],
    ['a second factor being set up', 'ministry', async (reader) => {
      await reader.open('/account/second-factor')
      await reader.press('second-factor.begin')
      await reader.heading({ text: reader.t('second-factor.scan') }).waitFor()
    }],
    ['counts by two dimensions', 'ministry', at('/ministry/counts?by=region&by=profession')],
    ['counts by month', 'ministry', at('/ministry/counts?by=month')],
    ['figures that agree', 'ministry', at('/ministry/reconcile?compare=now')],
    ['a child classified, with findings missing', 'trainee', at('/learn/classifier/child?ageMonths=14&weightKg=9&coughOrDifficultBreathing=yes&breathsPerMinute=44&chestIndrawing=no&stridor=no&sunkenEyes=yes&temperatureC=80')],
    ['two editions compared', 'trainee', at('/learn/classifier/young-infant?edition=all&ageDays=20&temperatureC=37.8')],
    ['a child sorted by triage', 'trainee', at('/learn/classifier/triage?ageMonths=14&convulsingNow=yes')],
    ['a code that is none', 'visitor', at('/verify/XXXX', 404)],
    ['an address where nothing is', 'visitor', at('/nowhere', 404)],
    ['a door that stays closed', 'trainee', at('/ministry', 403)],
    ['a certificate that was revoked', 'coordinator', async (reader, facts) => {
      await reader.open(facts.path('/[locale]/centre/certificates/[serial]'))
      await reader.field('certificates.revoke.reason').fill('Қате берілген')
      await reader.press('certificates.revoke.go')
      await reader.go('documents.check')
      await reader.sees('certificate.state.revoked')
    }],
    ['a test that was not passed', 'trainee', async (reader, facts) => {
      await reader.open(facts.path('/[locale]/learn/attempts/[attempt]/review'))
      await reader.press('submit.go')
      await reader.sees('result.failed')
    }],
  ]
  test.for(moments)('%s', async ([, who, go], { server, facts, arrive }) => {
    const reader = await arrive(server, { locale: 'ru', width: 360 })
    await reader.context.addCookies(facts.sessions[who].map((cookie) => ({ ...cookie, url: server.origin })))
    await go(reader, facts)
    expect(await inspect(reader)).toEqual([])
  })
})

const at = (path: string | ((facts: Facts) => string), status = 200) => async (reader: Reader, facts: Facts) =>
  expect(await reader.open(typeof path === 'string' ? path : path(facts))).toBe(status)

/** What is wrong with a page on a phone and on a desk, by day and by night. */
async function inspect(reader: Reader): Promise<string[]> {
  const { page } = reader
  const faults: string[] = []
  for (const [width, colorScheme] of [[360, 'light'], [1280, 'light'], [1280, 'dark'], [360, 'dark']] as const) {
    await page.setViewportSize({ width, height: 800 })
    if (colorScheme === 'light') faults.push(...(await shape(reader)))
    else if (width === 1280) {
      await page.emulateMedia({ colorScheme })
      // A colour on its way to another is neither. What is folded away never arrives: half a second is enough for the rest.
      await page.evaluate(() => Promise.race([Promise.allSettled(document.getAnimations().map((one) => one.finished)), new Promise((done) => setTimeout(done, 500))]))
    }
    // No page has frames, so that the quick way of running is the whole one. The night changes colours alone.
    const axe = new AxeBuilder({ page }).setLegacyMode(true)
    const { violations } = await (colorScheme === 'light' ? axe.withTags(rules) : axe.withRules(['color-contrast', 'link-in-text-block'])).analyze()
    faults.push(...violations.map(({ id, help, nodes }) => `${width} px, ${colorScheme}: ${id}, ${help}: ${nodes.slice(0, 3).map(({ target }) => target.join(' ')).join(' | ')}`))
  }
  return faults
}

/** What is wrong with a page's frame, everything unfolded: its language, its first heading, its width. */
async function shape({ page, locale }: Reader): Promise<string[]> {
  const { lang, headings, over, title, width } = await page.evaluate(() => {
    for (const folded of document.querySelectorAll('details')) folded.open = true
    const { lang, scrollWidth, clientWidth } = document.documentElement
    return { lang, headings: document.querySelectorAll('h1').length, title: document.title, over: scrollWidth - clientWidth, width: clientWidth }
  })
  return [
    ...(lang === locale ? [] : [`${locale}: lang is ${lang}`]),
    ...(headings === 1 ? [] : [`${locale}: ${headings} h1`]),
    ...(over <= 0 ? [] : [`${locale}: ${over} px wider than ${width} px`]),
    ...(title.length > 8 ? [] : [`${locale}: the title is “${title}”`]),
  ]
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
  const values: Record<string, string> = {
    locale: '', course: 'imci', edition: '1', lesson: '1-03-cough-or-difficult-breathing', station: 'counting-breaths', chart: 'child', day: '1', assessment, attempt: started.headers.get('location')!.split('/').at(-1)!,
    person: await find(visitors.trainer, `/en/centre/cohorts/${running}/skills`, new RegExp(`/skills/counting-breaths/${id}`)),
    code: await find(trainee, '/en/learn/documents', /\/verify\/([0-9A-Z]{27})/), serial: await find(coordinator, '/en/centre/certificates', /\/certificates\/(KZ-\d{4}-\d{6})/),
    token: await find(new Visitor(server), '/en/dev/mail', /\/sign-in\/invitation\/([\w-]+)/),
    'centre/people/[id]': personId, 'centre/cohorts/[id]': running, 'cohorts/[id]': cohorts.open,
  }
  for (const kind of ['centres', 'facilities', 'colleges', 'people']) values[`admin/${kind}/[id]`] = await find(admin, `/en/admin/${kind}`, new RegExp(`/admin/${kind}/${id}`))

  return {
    cohorts,
    sessions: { visitor: [], ...(Object.fromEntries(names.map((name) => [name, [...visitors[name].cookies].map(([name, value]) => ({ name, value }))])) as Record<(typeof names)[number], Session>) },
    path(pattern) {
      // A test of the results pages is named, not one cohort's own.
      const named: Record<string, string> = pattern.includes('/centre/items/') ? { assessment: 'post-test', item: 'imci-1-danger-07' } : pattern.includes('/guide/') ? { day: '2' } : { manual: manual ?? '' }
      const whole = Object.keys(values).filter((key) => key.endsWith('/[id]') && pattern.startsWith(`/[locale]/${key}`))[0]
      return pattern.replace('/[locale]', '').replace(/\[(\w+)\]/g, (_, name: string) => (name === 'id' && whole ? values[whole]! : String({ ...values, ...named }[name])))
    },
  }
}
