import { readCourse, contentFolder } from '#modules/courses/index.ts'
import { dayOf, type Locale } from '#modules/words/index.ts'
import { type Server, Visitor } from '#tests/server.ts'

// A class of one's own for a test: an open cohort in a room that nobody else has, and somebody who may take a seat in it.
// What is not tested by hand goes through forms and calls, as the same people would send it.

const zone = 'Asia/Qyzylorda'
/** A day before today by the centre's calendar. */
export const dayAgo = (days: number) => dayOf(new Date(Date.now() - days * 86_400_000), zone)

const password = 'тоғыз бала түйе мініп кетті'

/** The answer's body; an answer that is no success ends the test. */
async function ask(visitor: Visitor, method: string, path: string, json?: unknown): Promise<any> {
  const { status, body } = await visitor.call(method, path, json)
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`)
  return body
}

async function send(visitor: Visitor, path: string, action: string, fields: Record<string, string>) {
  const { status } = await visitor.form(path, action, fields)
  if (status !== 303) throw new Error(`${action} at ${path} answered ${status}`)
}

export type Class = Awaited<ReturnType<typeof openClass>>

/** Opens a cohort of a course that began four days ago and ends today, and invites a trainee whose name says the language. */
export async function openClass(server: Server, course: string, locale: Locale) {
  const [administrator, coordinator, trainer] = await Promise.all(['admin', 'coordinator', 'trainer'].map((name) => new Visitor(server).signIn(`${name}@demo.kz`)))
  const centres = async () => (await ask(coordinator!, 'GET', '/centres?region=KZ-43')).items[0] as { id: string; rooms: { id: string; name: string }[] }
  const { id: centre } = await centres()
  const room = `${course} ${locale}`
  await send(administrator!, `/en/admin/centres/${centre}`, 'places.addRoom', { centreId: centre, name: room, capacity: '12' })
  const cohort = (await ask(coordinator!, 'POST', '/cohorts', {
    centre, room: (await centres()).rooms.find(({ name }) => name === room)!.id, course, language: locale, startsOn: dayAgo(4), endsOn: dayAgo(0), capacity: 12,
  })).id as string
  await ask(coordinator!, 'POST', `/cohorts/${cohort}/state`, { to: 'open' })

  const login = `${course}.${locale}@example.kz`
  const names = { family: { kk: 'Әбдіқадырова', ru: 'Щербакова', en: 'O’Connor' }[locale], given: { kk: 'Ұлпан', ru: 'Алёна', en: 'Mary' }[locale] }
  const personId = (await ask(coordinator!, 'POST', '/persons', { names, email: login, locale, role: 'trainee', profession: 'patronage-nurse', invite: true })).id as string
  const { text } = await new Visitor(server).open('/en/dev/mail')
  const letter = text.slice(text.indexOf(login))
  const token = /\/sign-in\/invitation\/([\w-]+)/.exec(letter)![1]!
  await send(new Visitor(server), `/${locale}/sign-in/invitation/${token}`, 'people.acceptInvitation', { token, password, consent: 'on' })

  return { course, cohort, personId, login, password, names, coordinator: coordinator!, trainer: trainer! }
}

/** What trainers do while a course runs: the cohort starts, every half-day is marked, every station is done, every case is confirmed, the sheet is closed. */
export async function teach({ course, cohort, personId, coordinator, trainer }: Class) {
  const { stations, course: { rules } } = readCourse(contentFolder(), course)
  await ask(coordinator, 'POST', `/cohorts/${cohort}/state`, { to: 'running' })
  const halves = [4, 3, 2, 1, 0].flatMap((day) => (['am', 'pm'] as const).map((half) => ({ personId, date: dayAgo(day), half, mark: 'present' })))
  await ask(trainer, 'PUT', `/cohorts/${cohort}/attendance`, halves)
  for (const { station, steps } of stations) {
    await ask(trainer, 'PUT', `/cohorts/${cohort}/stations/${station}/observations/${personId}`, { steps: Object.fromEntries(steps.map((step) => [step.id, true])) })
  }
  const young = rules.practiceYoungInfants ?? 0
  for (let n = 0; n < rules.practiceCases; n++) {
    await ask(trainer, 'POST', `/cohorts/${cohort}/logbook`, { personId, date: dayAgo(n % 5), ageGroup: n < young ? 'young-infant' : 'child', setting: course === 'home-visiting' ? 'home' : 'outpatient', signs: [], classifications: [] })
  }
  await ask(coordinator, 'POST', `/cohorts/${cohort}/attendance/closure`)
}

/** What the person still misses for a certificate; then, if nothing, the certificate. */
export async function certify({ cohort, personId, coordinator }: Class): Promise<{ unmet: unknown[]; issued: { serial: string; code: string }[] }> {
  const { items } = await ask(coordinator, 'GET', `/cohorts/${cohort}/eligibility`)
  const { issued } = await ask(coordinator, 'POST', `/cohorts/${cohort}/certificates`, { personIds: [personId] })
  return { unmet: items.find((one: { personId: string }) => one.personId === personId).unmet, issued }
}
