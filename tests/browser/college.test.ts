import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll } from 'vitest'
import { parse } from 'yaml'
import { type Locale, locales, shortDate } from '#modules/words/index.ts'
import { copyDemonstration, type Server, startServer } from '#tests/server.ts'
import { able, type Arrive, describe, expect, needs, type Reader, test } from './browser.ts'
import { dayAgo } from './class.ts'

// A college's way from a line in the ministry's list to a signed report that anybody can check, as each of those who take part in it
// sees it: the administrator, the college's own staff, a teacher who is asked, the ministry, and a stranger with the report in hand.

type Texts = Record<Locale, string>
const course = parse(readFileSync('content/courses/imci/course.yaml', 'utf8')) as { titles: Texts }
const lessonTitle = (locale: Locale, slug: string) => /^title: "?(.+?)"?$/m.exec(readFileSync(`content/courses/imci/${locale}/${slug}.mdx`, 'utf8'))![1]!
const covered = ['1-01-what-imci-is', '1-02-general-danger-signs']

const college: Texts = { kk: 'Арал медициналық колледжі', ru: 'Аральский медицинский колледж', en: 'Aral Medical College' }
const list = ['Облыс / Область;Қазақша атауы;Наименование на русском;Name in English', `Қызылорда облысы;${college.kk};${college.ru};${college.en}`].join('\r\n')
const order = Buffer.from('%PDF-1.4\n% Order No. 12 of the college. Demonstration.\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n')
const [phone, password, signatory] = ['+7 705 222 33 44', 'он алты қарлығаш ұшып келді', 'Сейітова Гүлмира Асқарқызы']

/** Colleges in the ministry's list, and those that were given the materials, adopted the course and teach it. */
async function countedBy(ministry: Reader): Promise<Record<'listed' | 'received' | 'approved' | 'taught', number>> {
  await ministry.open('/ministry/adoption?course=imci')
  const bars = ministry.page.getByRole('list', { name: ministry.t('national.funnel') }).getByRole('listitem')
  const value = async (name: string) => Number((await bars.filter({ hasText: name }).first().innerText()).replace(name, '').replace(/\s/g, ''))
  return {
    listed: await value(ministry.t('national.listed')), received: await value(ministry.t('adoption.state.received')), approved: await value(ministry.t('adoption.state.approved')), taught: await value(ministry.t('adoption.state.taught')),
  }
}

/** Somebody of the college's staff, with the phone, password and second factor that a slip of paper led to. */
async function aTeacherOfIt(administrator: Reader, arrive: Arrive, server: { origin: string }): Promise<Reader> {
  const { locale } = administrator
  await administrator.open('/admin/people/new')
  await administrator.field('people.role').selectOption({ label: `${administrator.t('role.college')} · ${college[locale]}` })
  await administrator.field('people.family-name').fill('Сейітова')
  await administrator.field('people.given-name').fill('Гүлмира')
  await administrator.press('people.add.save')
  await administrator.press('person.slip')
  const slip = await administrator.page.getByRole('article').innerText()
  const staff = await arrive(server, { locale, width: 360 })
  await staff.page.goto(/http:\/\/\S+/.exec(slip)![0])
  await staff.field('slip.code').fill(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(slip)![0])
  await staff.field('slip.login').fill(phone)
  await staff.field('password.new').fill(password)
  await staff.field('consent.tick').check()
  await staff.press('invitation.save')
  await staff.field('sign-in.login').fill(phone)
  await staff.field('sign-in.password').fill(password)
  await staff.press('session.sign-in')
  // Whoever works with the data of others has a second factor, which is the first thing asked of them.
  await staff.press('second-factor.begin')
  const [secret] = /(?:[A-Z2-7]{4} ){3,}[A-Z2-7]{1,4}/.exec(await staff.page.getByRole('main').innerText())!
  await staff.field('sign-in.code').fill(new TOTP({ secret: secret.replaceAll(' ', '') }).generate())
  await staff.press('second-factor.confirm')
  await staff.sees('second-factor.codes.title')
  return staff
}

/** Records the next step of the adoption whose page is open. */
async function step(staff: Reader, state: 'received' | 'mapped' | 'approved' | 'taught', on: string, more: () => Promise<void> = async () => {}): Promise<void> {
  await staff.go(`adoption.do.${state}`)
  await staff.field(`adoption.on.${state}`).fill(on)
  await more()
  await staff.press(`adoption.do.${state}`)
  await staff.sees('adoption.step.done')
}

describe.skipIf(!able)(`from invitation to a signed report${needs}`, () => {
  let seeded: string
  beforeAll(() => {
    seeded = mkdtempSync(join(tmpdir(), 'besik-college-'))
    copyDemonstration(join(seeded, 'first'))
  })
  afterAll(() => rmSync(seeded, { recursive: true, force: true }))

  test.for(locales)('the whole way, in %s', async (locale, { arrive }) => {
    cpSync(join(seeded, 'first'), join(seeded, locale), { recursive: true })
    await using server: Server = await startServer({ DATA_DIR: join(seeded, locale) })
    await wholeWay(server, locale, arrive)
  })
})

async function wholeWay(server: { origin: string }, locale: Locale, arrive: Arrive): Promise<void> {
  const ministry = await arrive(server, { locale })
  await ministry.signIn('ministry@demo.kz')
  await ministry.open('/ministry/adoption')
  const before = await countedBy(ministry)

  // The administrator takes in the list: a look first, then the college is there.
  const administrator = await arrive(server, { locale })
  await administrator.signIn('admin@demo.kz')
  await administrator.open('/admin/colleges')
  await administrator.go('colleges.import')
  await administrator.field('colleges.import.file').setInputFiles({ name: 'колледждер.csv', mimeType: 'text/csv', buffer: Buffer.from(list) })
  await administrator.press('colleges.import.go')
  await administrator.sees('colleges.import.ready')
  await administrator.sees('colleges.import.kind.new')
  await administrator.press('colleges.import.confirm', { colleges: 1, steps: 0 })
  await administrator.sees('colleges.import.flash')
  await administrator.sees({ text: college[locale] })
  const staff = await aTeacherOfIt(administrator, arrive, server)

  // It is invited, and its staff are written to.
  await administrator.open('/college/adoptions')
  await administrator.go('adoption.invite')
  const courses = administrator.field('adoption.filter.course')
  const titles = await courses.getByRole('option').allInnerTexts()
  await courses.selectOption({ label: titles.find((one) => one.startsWith(course.titles[locale]))! })
  await administrator.press('adoption.filter.show')
  await administrator.page.getByRole('checkbox', { name: college[locale], exact: true }).check()
  await administrator.field('adoption.on.invited').fill(dayAgo(50))
  await administrator.press('adoption.invite.go')
  await administrator.sees('adoption.invite.done')
  await staff.open('/notices')
  await staff.sees('notice.adoption.invited.subject', { college: college[locale], course: course.titles[locale] })

  // The materials come; the programme is entered with one topic, held against the course, and mapped.
  await staff.open('/college')
  await staff.follow(staff.page.getByRole('link', { name: course.titles[locale], exact: true }).first())
  const adoption = staff.path
  await step(staff, 'received', dayAgo(45))
  await staff.go('adoption.programme')
  await staff.field('adoption.programme.code').fill('09130100')
  await staff.field('adoption.fact.speciality').fill('Мейіргер ісі')
  await staff.field('adoption.fact.semester').fill('5')
  await staff.press('adoption.programme.save')
  await staff.sees('adoption.programme.saved')
  await staff.go('adoption.line.add')
  await staff.field('adoption.line.title').fill('Балалар аурулары')
  await staff.field('adoption.line.theory').fill('22')
  await staff.field('adoption.line.practice').fill('14')
  for (const slug of covered) await staff.page.getByRole('checkbox', { name: lessonTitle(locale, slug) }).first().check()
  await staff.press('adoption.line.save')
  await staff.sees('adoption.line.saved')
  const mapped = staff.t('adoption.of', { some: covered.length, all: '§' }).replace('§', '\\d+')
  expect(await staff.page.getByRole('main').innerText()).toMatch(new RegExp(mapped))
  await staff.open(adoption)
  await step(staff, 'mapped', dayAgo(30))

  // The order that approves it, with its scan; and the first groups.
  await step(staff, 'approved', dayAgo(20), async () => {
    await staff.field('adoption.fact.order').fill('12-Ө')
    await staff.field('adoption.fact.approver').fill('Педагогикалық кеңес')
    await staff.field('adoption.evidence.file').setInputFiles({ name: 'бұйрық.pdf', mimeType: 'application/pdf', buffer: order })
  })
  await step(staff, 'taught', dayAgo(0), async () => {
    await staff.field('adoption.fact.groups').fill('2')
    await staff.field('adoption.fact.students').fill('47')
  })

  // Nobody teaches it yet as far as the report knows. A teacher is claimed by the code of the certificate, and agrees.
  await staff.go('adoption.report')
  await staff.sees('refusal.adoption-report.no-staff')
  const teacher = await arrive(server, { locale, width: 360 })
  await teacher.signIn('trainee@demo.kz')
  await teacher.open('/learn/documents')
  await teacher.follow(teacher.link('documents.check').first())
  const certificate = teacher.path.split('/').at(-1)!
  await staff.open('/college/staff')
  await staff.field('staff.code').fill(certificate)
  await staff.field('staff.post').fill('Педиатрия оқытушысы')
  await staff.press('staff.claim')
  await staff.sees('staff.claimed')
  await teacher.open('/learn/colleges')
  await teacher.follow(teacher.page.getByRole('form', { name: college[locale], exact: true }).getByRole('button', { name: teacher.t('staff.mine.agree'), exact: true }))
  await teacher.sees('staff.mine.answered')

  // The report is looked at, signed and downloaded.
  await staff.open(`${adoption}/report`)
  await staff.field('adoption-report.sign.signatory').fill(signatory)
  await staff.press('adoption-report.sign')
  await staff.sees('adoption-report.signed.flash')
  const [number] = /AR-\d{4}-\d{5}/.exec(await staff.page.title())!
  const pdf = await staff.context.request.get(`${server.origin}/${locale}/college/reports/${number}/report.pdf`)
  expect([pdf.status(), (await pdf.body()).subarray(0, 5).toString()]).toEqual([200, '%PDF-'])
  const address = await staff.page.getByRole('main').getByRole('link', { name: /^[0-9A-Z]{4}(?:-[0-9A-Z]{1,4})+$/ }).getAttribute('href')

  // A stranger checks it; the ministry has one more college at every step.
  const stranger = await arrive(server, { locale, width: 360 })
  await stranger.page.goto(`${server.origin}${address}`)
  await stranger.sees('adoption-report.check.valid')
  await stranger.sees({ text: number })
  await stranger.sees({ text: college[locale] })
  expect(await countedBy(ministry)).toEqual({ listed: before.listed + 1, received: before.received + 1, approved: before.approved + 1, taught: before.taught + 1 })
  const row = ministry.page.getByRole('row').filter({ hasText: college[locale] })
  expect(await row.innerText()).toMatch(new RegExp(`12-Ө[\\s\\S]*${shortDate(locale, dayAgo(20))}[\\s\\S]*36[\\s\\S]*47`))
}
