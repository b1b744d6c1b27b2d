import type { facilities, persons } from '#db/schema/index.ts'
import { professions } from '#db/schema/index.ts'
import { checkDigit, iinColumns } from '#modules/people/index.ts'
import { fold, fullName } from '#modules/words/index.ts'
import { seededId } from './seeded.ts'

const roots = ['Ахмет', 'Оспан', 'Сәрсен', 'Есжан', 'Төлеген', 'Байжан', 'Құдайберген', 'Әбдіқалық', 'Нұрпейіс', 'Мұқан', 'Жүніс', 'Шәкір', 'Ысқақ', 'Сағындық', 'Бекмұхамбет', 'Сейіт', 'Қасым', 'Өтеген', 'Үсен', 'Досан', 'Тоқтар', 'Ермек', 'Жақсылық']
const women = ['Нұргүл', 'Гүлжан', 'Динара', 'Айгүл', 'Мәншүк', 'Ұлжан', 'Қымбат', 'Сәуле', 'Шолпан', 'Ботагөз', 'Айжарқын', 'Зәуре', 'Меруерт', 'Үміт', 'Қарлығаш', 'Әсел', 'Жанар', 'Ләззат', 'Ақмарал']
const men = ['Қайрат', 'Бауыржан', 'Ерлан', 'Әділ', 'Нұрлан', 'Серік', 'Талғат', 'Мұрат', 'Дәурен', 'Асқар', 'Жандос']
const fathers = ['Ерлан', 'Марат', 'Серік', 'Болат', 'Қанат', 'Нұрлан', 'Асқар', 'Мұрат', 'Талғат', 'Әскер', 'Жұмабай', 'Сапар', 'Кәрім']

const pick = <T>(list: readonly T[], n: number) => list[n % list.length]!
const two = (value: number) => String(value).padStart(2, '0')

/**
 * A personal number that nobody alive has: its check digit is right, and its seventh digit (1 man, 2 woman) says that the
 * holder was born in the nineteenth century. Different for each n below eight million.
 */
export function syntheticIin(n: number, female: boolean): string {
  const birth = `${two(70 + (n % 29))}${two((Math.floor(n / 29) % 12) + 1)}${two((Math.floor(n / 348) % 27) + 1)}`
  for (let serial = (Math.floor(n / 9396) % 900) * 10; ; serial++) {
    const digits = `${birth}${female ? 2 : 1}${String(serial).padStart(4, '0')}`
    const check = checkDigit(`${digits}0`)
    if (check !== null) return `${digits}${check}`
  }
}

type Facility = typeof facilities.$inferSelect
export type Holder = { person: Omit<typeof persons.$inferSelect, 'familyKey' | 'givenKey' | 'patronymicKey'>; facility: Facility }

/** The nth person, who works in the nth facility of a region. Nobody can sign in as them: they have neither contact nor password. */
export function inventHolder(n: number, near: readonly Facility[], at: Date): Holder {
  const female = n % 9 !== 4
  const root = pick(roots, n * 7 + Math.floor(n / 23))
  const father = pick(fathers, n * 3 + Math.floor(n / 247))
  const ending = /[бвгджзлмнрңғ]$/.test(root) ? 'ов' : 'ев'
  const name = {
    familyName: `${root}${ending}${female ? 'а' : ''}`, givenName: pick(female ? women : men, n * 5 + Math.floor(n / 41)),
    patronymic: n % 11 === 3 ? null : `${father}${female ? 'қызы' : 'ұлы'}`,
  }
  const id = seededId('person', n)
  const facility = pick(near, Math.floor(n / 3))
  const person = {
    id, ...name, folded: fold(fullName(name)), sex: female ? ('female' as const) : ('male' as const), profession: pick(professions, n % 5 === 0 ? n : n % 3), facilityId: facility.id,
    locale: n % 4 === 1 ? ('ru' as const) : ('kk' as const), email: null, phone: null, ...iinColumns(id, syntheticIin(n, female)), passportCipher: null, passportLookup: null,
    passwordHash: null, totpCipher: null, totpConfirmedAt: null, totpLastStep: null, failedSignIns: 0, calendarRenewals: 0, lockedUntil: null, suspendedAt: null, erasedAt: null, mergedInto: null, mergedAt: null, createdAt: at,
  }
  return { person, facility }
}
