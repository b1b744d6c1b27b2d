import { contentFolder, coursesIn, readCourse } from '#modules/courses/index.ts'
import { arriveAs, type Facts, type Name, test } from './accessibility.ts'
import { inspect } from './axe.ts'
import { able, describe, expect, needs, type Reader } from './browser.ts'

// What forms look like after a mistake, and results after an answer.

const at = (path: string | ((facts: Facts) => string), status = 200) => async (reader: Reader, facts: Facts) =>
  expect(await reader.open(typeof path === 'string' ? path : path(facts))).toBe(status)

describe.skipIf(!able)(`accessible to everybody: moments${needs}`, () => {
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
    ['indicators with mistakes, and one that stands already', 'admin', async (reader) => {
      await reader.open('/admin/indicators')
      const lines = ['Көрсеткіш;Өңір;Жыл;Мәні;Дереккөз', 'danger-signs;KZ-43;2017;64,5;Есеп', 'danger-signs;Атлантида;1980;120;']
      await reader.field('colleges.import.file').setInputFiles({ name: 'көрсеткіштер.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) })
      await reader.press('colleges.import.go')
      await reader.page.getByText(reader.t('indicators.problem.region-unknown')).waitFor()
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
    ['the colleges of a region, and students on the map', 'ministry', at('/ministry/adoption?region=KZ-43&map=students')],
    ['the trail of one group of entries', 'ministry', at('/ministry/trail?group=exports&by=me')],
    ['figures that agree', 'ministry', at('/ministry/reconcile?compare=now')],
    ['revocations explained', 'ministry', at('/ministry/explain/revoked')],
    ['a share explained', 'ministry', at('/ministry/explain/seats')],
    ['a level of quality explained', 'ministry', at('/ministry/explain/learning?course=imci')],
    ['a child classified, with findings missing', 'trainee', at('/learn/classifier/child?ageMonths=14&weightKg=9&coughOrDifficultBreathing=yes&breathsPerMinute=44&chestIndrawing=no&stridor=no&sunkenEyes=yes&temperatureC=80')],
    ['two editions compared', 'trainee', at('/learn/classifier/young-infant?edition=all&ageDays=20&temperatureC=37.8')],
    ['a child sorted by triage', 'trainee', at('/learn/classifier/triage?ageMonths=14&convulsingNow=yes')],
    ['a code that is none', 'visitor', at('/verify/XXXX', 404)],
    ['one’s documents, everything unfolded', 'trainee', async (reader) => {
      await reader.open('/learn/documents')
      for (const one of await reader.page.locator('main summary').all()) await one.click()
    }],
    ['a list of certificates, checked', 'visitor', async (reader, facts) => {
      await reader.open('/verify/many')
      await reader.field('verify.many.text').fill(`${facts.path('/[locale]/verify/[code]').split('/').at(-1)}\nKZ-2026-000001\nXXXX`)
      await reader.press('verify.many.go')
      await reader.sees('verify.many.name-needed')
    }],
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
    const reader = await arriveAs(arrive, server, facts, who, { locale: 'ru' })
    await go(reader, facts)
    expect(await inspect(reader)).toEqual([])
  })

  // The pages of one course are those of another with other words, blocks and drawings: some of each.
  const papers = coursesIn().filter((course) => course !== 'imci').flatMap((course) => {
    const { lessons } = readCourse(contentFolder(), course)
    const [theory, practice] = (['theory', 'practice'] as const).map((kind) => lessons.findLast((lesson) => lesson.kind === kind)!.slug)
    return ([['kk', 'trainee', '?day=2'], ['kk', 'trainee', `/${theory}`], ['ru', 'trainee', `/${practice}`], ['en', 'trainee', `/${theory}`], ['ru', 'trainee', '/workbook/3'], ['kk', 'trainer', '/guide/4']] as const)
      .map(([locale, who, path]) => [locale, `/learn/courses/${course}/1${path}`, who] as const)
  })
  test.for(papers)('in %s: %s', async ([locale, path, who], { server, facts, arrive }) => {
    const reader = await arriveAs(arrive, server, facts, who, { locale })
    expect(await reader.open(path)).toBe(200)
    expect(await inspect(reader)).toEqual([])
  })
})
