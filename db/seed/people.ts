import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { createPerson, grantRole, makeDemoPeople } from '#modules/people/index.ts'
import { seededPlaces } from './places.ts'

export const demoPassword = 'besik-demo-2026'

const women = {
  family: ['Рақымбаева', 'Сағындықова', 'Оспанова', 'Ыбраева', 'Мұқанова', 'Есжанова', 'Төлегенова', 'Шәкірова', 'Ысқақова', 'Жүнісова', 'Ким', 'Иванова', 'Әбдіқалықова', 'Байжанова', 'Нұрпейісова'],
  given: ['Нұргүл', 'Гүлжан', 'Динара', 'Айгүл', 'Мәншүк', 'Ұлжан', 'Қымбат', 'Сәуле', 'Шолпан', 'Ботагөз', 'Айжарқын', 'Зәуре', 'Меруерт', 'Үміт', 'Қарлығаш'],
  patronymic: ['Ерланқызы', 'Маратқызы', 'Серікқызы', 'Болатқызы', 'Қанатқызы', 'Нұрланқызы'],
}
const men = { family: ['Ахметов', 'Әлімбеков', 'Бекмұхамбетов', 'Сейітқали'], given: ['Қайрат', 'Бауыржан', 'Ерлан', 'Әділ'], patronymic: ['Маратұлы', 'Серікұлы', 'Болатұлы', 'Қанатұлы'] }
const jobs = ['patronage-nurse', 'patronage-nurse', 'extended-practice-nurse', 'general-practitioner', 'midwife', 'feldsher', 'social-worker', 'general-practice-nurse', 'paediatrician', 'psychologist'] as const

/** Synthetic IIN of a birth day, sex and serial, with its right check digit; the next serial when that one has none. */
function syntheticIin(birth: string, female: boolean, serial: number): string {
  const first = `${birth}${female ? 4 : 3}${String(serial).padStart(4, '0')}`
  const digits = [...first].map(Number)
  const sum = (weights: number[]) => digits.reduce((total, digit, index) => total + digit * weights[index]!, 0) % 11
  let check = sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  if (check === 10) check = sum([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])
  return check === 10 ? syntheticIin(birth, female, serial + 1) : `${first}${check}`
}

const two = (value: number) => String(value).padStart(2, '0')

function invented(index: number) {
  const female = index % 9 !== 4
  const from = female ? women : men
  const pick = (list: readonly string[], step: number) => list[(index * step + Math.floor(index / list.length)) % list.length]!
  const birth = `${70 + (index % 29)}${two((index % 12) + 1)}${two((index % 27) + 1)}`
  return {
    familyName: pick(from.family, 1), givenName: pick(from.given, 7), patronymic: index % 11 === 3 ? null : pick(from.patronymic, 1),
    sex: female ? ('female' as const) : ('male' as const), profession: jobs[index % jobs.length]!, locale: index % 4 === 1 ? ('ru' as const) : ('kk' as const),
    iin: syntheticIin(birth, female, 100 + index * 7), phone: `+7705${String(1_000_000 + index * 137)}`,
  }
}

/** The cast of the demonstration: one sign-in per audience, a coordinator in Taraz, the head of a facility, and trainees from the facilities of four regions. */
export async function seedPeople(db: Db, actor: Actor) {
  const kyzylorda = await seededPlaces(db, 'KZ-43')
  const taraz = await seededPlaces(db, 'KZ-31')
  const cast = [
    { ...invented(0), familyName: 'Рақымбаева', givenName: 'Нұргүл', patronymic: 'Ерланқызы', email: 'trainee@demo.kz', role: 'trainee', facilityId: kyzylorda.facilityIds[1] },
    { ...invented(1), familyName: 'Жүнісова', givenName: 'Сәуле', patronymic: 'Болатқызы', profession: 'paediatrician', email: 'trainer@demo.kz', role: 'trainer', centreId: kyzylorda.centreId, facilityId: kyzylorda.facilityIds[0] },
    { ...invented(2), familyName: 'Оспанова', givenName: 'Гүлнәр', patronymic: 'Маратқызы', profession: 'other', email: 'coordinator@demo.kz', role: 'coordinator', centreId: kyzylorda.centreId },
    { ...invented(3), familyName: 'Байжанова', givenName: 'Айнұр', patronymic: 'Серікқызы', profession: 'other', email: 'coordinator2@demo.kz', role: 'coordinator', centreId: taraz.centreId },
    { ...invented(5), familyName: 'Нұрпейісова', givenName: 'Ләззат', patronymic: 'Қанатқызы', profession: 'teacher', email: 'college@demo.kz', role: 'college', collegeId: kyzylorda.collegeId },
    { ...invented(6), familyName: 'Әбдіқалықова', givenName: 'Жанар', patronymic: 'Нұрланқызы', profession: 'other', email: 'ministry@demo.kz', role: 'auditor' },
    // Decides at the trainee's facility who is nominated for a course.
    { ...invented(4), familyName: 'Бекмұхамбетов', givenName: 'Ерлан', patronymic: 'Болатұлы', profession: 'head-of-facility', email: 'manager@demo.kz', role: 'trainee', facilityId: kyzylorda.facilityIds[1] },
    { ...invented(7), familyName: 'Ким', givenName: 'Оксана', patronymic: null, profession: 'other', email: 'admin@demo.kz', role: 'administrator' },
  ] as const
  const ids: string[] = []
  for (const one of cast) {
    const { id } = await createPerson(db, actor, one)
    ids.push(id)
  }
  // The trainer has also been a trainee: one person, two roles.
  await grantRole(db, actor, { personId: ids[1]!, role: 'trainee' })
  await makeDemoPeople(db, actor, { personIds: ids, password: demoPassword })

  const regions = [['KZ-43', 38], ['KZ-31', 8], ['KZ-47', 5], ['KZ-71', 4]] as const
  let index = 8
  for (const [code, count] of regions) {
    const { facilityIds } = await seededPlaces(db, code)
    for (let n = 0; n < count; n++, index++) await createPerson(db, actor, { ...invented(index), role: 'trainee', facilityId: facilityIds[n % facilityIds.length]! })
  }
}

/** Id of a person of the cast by e-mail. */
export async function castId(db: Db, email: string): Promise<string> {
  const [row] = await db.select({ id: persons.id }).from(persons).where(eq(persons.email, email))
  return row!.id
}
