import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { addEvidence, inviteColleges, recordStep, saveProgramme, startAdoption, stepShape, studyYearOf } from '#modules/adoptions/index.ts'
import { latestEditions, lessonsOf } from '#modules/courses/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { castId } from './people.ts'
import { seededPlaces } from './places.ts'

/** The college of Kyzylorda has gone the whole way with IMCI; the others stand somewhere on it. The course on emergencies is still nobody's. */
export async function seedAdoptions(db: Db, system: Actor) {
  const editions = await latestEditions(db)
  const edition = (course: string) => editions.find((one) => one.course === course)
  const [imci, homeVisiting] = [edition('imci'), edition('home-visiting')]
  if (!imci) return
  const today = dayOf(new Date(), 'Asia/Almaty')
  const year = studyYearOf(today)
  /** Nothing happens later than today, also at the beginning of a study year. */
  const past = (day: string) => (day < today ? day : today)
  const [kyzylorda, zhambyl, mangystau, astana] = [await seededPlaces(db, 'KZ-43'), await seededPlaces(db, 'KZ-31'), await seededPlaces(db, 'KZ-47'), await seededPlaces(db, 'KZ-71')]
  const staff: Actor = { kind: 'person', personId: await castId(db, 'college@demo.kz'), system: '', steppedUp: false, memberships: [{ role: 'college', centreId: null, collegeId: kyzylorda.collegeId }] }

  const tell = (actor: Actor, adoptionId: string, state: string, on: string, facts: object = {}) => recordStep(db, actor, { adoptionId, ...stepShape.parse({ state, on: past(on), facts }) })
  const invite = async (collegeId: string, editionId: string, on: string) => {
    const { invited } = await inviteColleges(db, system, { collegeIds: [collegeId], editionId, on: past(on), facts: { letter: `ДЕМО-${on.slice(0, 4)}/15` } })
    return invited[0]!.adoptionId
  }

  // Invited, received, reviewed, mapped, approved, in the register, and taught in two study years.
  const whole = await invite(kyzylorda.collegeId, imci.id, `${year - 1}-01-12`)
  await tell(staff, whole, 'received', `${year - 1}-01-20`, { version: '1.0.0' })
  await tell(staff, whole, 'review', `${year - 1}-02-15`, { body: 'Әдістемелік кеңес' })
  await saveProgramme(db, staff, { adoptionId: whole, specialityCode: '09130100', speciality: 'Мейіргер ісі', qualification: 'Жалпы практика мейіргері', semester: 5, lines: await topics(db, imci.id) })
  await tell(staff, whole, 'mapped', `${year - 1}-04-10`)
  const approval = await tell(staff, whole, 'approved', `${year - 1}-06-05`, { order: 'ДЕМО-47-Ө', body: 'Педагогикалық кеңес' })
  await addEvidence(db, staff, { stepId: approval.id, name: 'Бұйрық ДЕМО-47-Ө.pdf', bytes: paper(`Demonstration. Order No. 47 of 5 June ${year - 1}.`) })
  const register = await tell(staff, whole, 'registered', `${year - 1}-08-20`, { number: 'ДЕМО-ББ-0031' })
  await addEvidence(db, staff, { stepId: register.id, name: 'Тізілімнен үзінді.pdf', bytes: paper('Demonstration. Extract from the register of educational programmes.') })
  await tell(staff, whole, 'taught', `${year - 1}-09-08`, { studyYear: year - 1, groups: 2, students: 46 })
  const begins = `${year}-09-07`
  if (begins <= today) await tell(staff, whole, 'taught', begins, { studyYear: year, groups: 3, students: 71 })

  // Approved, but nobody has scanned the order yet.
  const approved = await invite(zhambyl.collegeId, imci.id, `${year - 1}-01-12`)
  await tell(system, approved, 'received', `${year - 1}-02-03`)
  await saveProgramme(db, system, { adoptionId: approved, specialityCode: '09110100', speciality: 'Емдеу ісі', qualification: 'Фельдшер', semester: 6, lines: (await topics(db, imci.id)).slice(0, 4) })
  await tell(system, approved, 'mapped', `${year - 1}-05-14`)
  await tell(system, approved, 'approved', `${year - 1}-06-25`, { order: 'ДЕМО-112', body: 'Оқу-әдістемелік кеңес' })

  // Reading it; invited; and one that has said no.
  const review = await invite(mangystau.collegeId, imci.id, `${year - 1}-01-12`)
  await tell(system, review, 'received', `${year - 1}-03-01`)
  await tell(system, review, 'review', `${year - 1}-03-20`, { body: 'Пәндік-циклдік комиссия' })
  await invite(astana.collegeId, imci.id, `${year}-08-03`)
  if (!homeVisiting) return
  const begun = await startAdoption(db, staff, { editionId: homeVisiting.id, on: past(`${year}-08-05`), facts: {} })
  await tell(staff, begun.id, 'review', `${year}-08-10`, { body: 'Әдістемелік кеңес' })
  const declined = await invite(zhambyl.collegeId, homeVisiting.id, `${year}-08-03`)
  await tell(system, declined, 'withdrawn', `${year}-08-12`, { reason: 'Биыл оқытушы жоқ, келесі оқу жылында қайта қараймыз.' })
}

const names: readonly [title: string, theory: number, practice: number][] = [
  ['Ауырған баланы қарау: қауіпті белгілер, жөтел, диарея', 6, 4], ['Қызба, құлақ ауруы, тамақтанудың жіті жеткіліксіздігі және анемия', 6, 4], ['Ауырған нәресте, емізу және кеңес беру', 6, 4],
  ['Емдеу, жолдама және баланы дамытуға арналған күтім', 4, 4], ['Қайта қарау және жұмысты ұйымдастыру', 4, 3],
]

/** A topic for each day; the last lesson is in none, so that the mapping has something to show. */
async function topics(db: Db, editionId: string) {
  const lessons = (await lessonsOf(db, editionId)).slice(0, -1)
  return names.map(([title, theoryHours, practiceHours], at) => ({
    title, theoryHours, practiceHours, lessons: lessons.filter((one) => one.day === at + 1).map((one) => one.id), competencies: at < 3 ? ['assess', 'classify'] : ['treat', 'counsel'],
  }))
}

/** A page with one line of text, as plain a PDF as there is: the same bytes every time. */
function paper(text: string): Uint8Array {
  const stream = `BT /F1 16 Tf 72 760 Td (${text}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  const starts: number[] = []
  let body = '%PDF-1.4\n'
  for (const [at, object] of objects.entries()) {
    starts.push(body.length)
    body += `${at + 1} 0 obj\n${object}\nendobj\n`
  }
  const table = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(`${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`)
}
