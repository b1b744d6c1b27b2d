import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, colleges, facilities } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { addAcademy, addCentre, addCollege, addFacility, addRoom, recordAccreditation, withdrawAccreditation } from '#modules/places/index.ts'

type Names = readonly [kk: string, ru: string, en: string]
const texts = ([kk, ru, en]: Names) => ({ kk, ru, en })

const centreRows: { regionCode: string; names: Names; cities: Names; director: string; timeZone: 'Asia/Qyzylorda' | 'Asia/Aqtau' | 'Asia/Almaty'; rooms: [string, number][] }[] = [
  { regionCode: 'KZ-43', names: ['Қызылорда ресурстық орталығы', 'Кызылординский ресурсный центр', 'Kyzylorda Resource Centre'], cities: ['Қызылорда', 'Кызылорда', 'Kyzylorda'], director: 'Тоқтарова Гүлбану Серікқызы', timeZone: 'Asia/Qyzylorda', rooms: [['1-зал', 25], ['2-зал', 30]] },
  { regionCode: 'KZ-47', names: ['Маңғыстау ресурстық орталығы', 'Мангистауский ресурсный центр', 'Mangystau Resource Centre'], cities: ['Ақтау', 'Актау', 'Aktau'], director: 'Жұмабаев Марат Асқарұлы', timeZone: 'Asia/Aqtau', rooms: [['1-зал', 25]] },
  { regionCode: 'KZ-31', names: ['Жамбыл ресурстық орталығы', 'Жамбылский ресурсный центр', 'Zhambyl Resource Centre'], cities: ['Тараз', 'Тараз', 'Taraz'], director: 'Сейдахметова Айнұр Болатқызы', timeZone: 'Asia/Almaty', rooms: [['1-зал', 28], ['2-зал', 16]] },
  { regionCode: 'KZ-71', names: ['Астана ресурстық орталығы', 'Ресурсный центр Астаны', 'Astana Resource Centre'], cities: ['Астана', 'Астана', 'Astana'], director: 'Қасымов Ерлан Мұратұлы', timeZone: 'Asia/Almaty', rooms: [['101', 30]] },
]

type Kind = typeof facilities.$inferSelect.kind
const facilityRows: [region: string, kind: Kind, rural: boolean, names: Names, more?: { private?: boolean; healthyBabyRoom?: boolean }][] = [
  ['KZ-43', 'polyclinic', false, ['Қызылорда қалалық № 1 емханасы', 'Кызылординская городская поликлиника № 1', 'Kyzylorda City Polyclinic No. 1'], { healthyBabyRoom: true }],
  ['KZ-43', 'polyclinic', false, ['Қызылорда қалалық № 3 емханасы', 'Кызылординская городская поликлиника № 3', 'Kyzylorda City Polyclinic No. 3'], { healthyBabyRoom: true }],
  ['KZ-43', 'hospital', true, ['Арал аудандық ауруханасы', 'Аральская районная больница', 'Aral District Hospital']],
  ['KZ-43', 'hospital', true, ['Жаңақорған аудандық ауруханасы', 'Жанакорганская районная больница', 'Zhanakorgan District Hospital']],
  ['KZ-43', 'hospital', true, ['Сырдария аудандық ауруханасы', 'Сырдарьинская районная больница', 'Syrdarya District Hospital']],
  ['KZ-43', 'hospital', true, ['Шиелі аудандық ауруханасы', 'Шиелийская районная больница', 'Shieli District Hospital'], { healthyBabyRoom: true }],
  ['KZ-43', 'hospital', true, ['Қазалы аудандық ауруханасы', 'Казалинская районная больница', 'Kazaly District Hospital']],
  ['KZ-43', 'outpatient-clinic', true, ['Тереңөзек дәрігерлік амбулаториясы', 'Теренозекская врачебная амбулатория', 'Terenozek Outpatient Clinic']],
  ['KZ-43', 'feldsher-midwife-post', true, ['Бекарыстан фельдшерлік-акушерлік пункті', 'Фельдшерско-акушерский пункт Бекарыстан', 'Bekarystan Feldsher-Midwife Post']],
  ['KZ-47', 'polyclinic', false, ['Ақтау қалалық № 2 емханасы', 'Актауская городская поликлиника № 2', 'Aktau City Polyclinic No. 2'], { healthyBabyRoom: true }],
  ['KZ-47', 'hospital', true, ['Бейнеу аудандық ауруханасы', 'Бейнеуская районная больница', 'Beineu District Hospital']],
  ['KZ-31', 'hospital', true, ['Меркі аудандық ауруханасы', 'Меркенская районная больница', 'Merke District Hospital'], { healthyBabyRoom: true }],
  ['KZ-31', 'polyclinic', false, ['Тараз қалалық № 5 емханасы', 'Таразская городская поликлиника № 5', 'Taraz City Polyclinic No. 5']],
  ['KZ-31', 'medical-post', true, ['Сарыкемер медициналық пункті', 'Медицинский пункт Сарыкемер', 'Sarykemer Medical Post']],
  ['KZ-71', 'polyclinic', false, ['Астана қалалық № 10 емханасы', 'Городская поликлиника № 10 Астаны', 'Astana City Polyclinic No. 10'], { healthyBabyRoom: true }],
  ['KZ-71', 'polyclinic', false, ['«Шипа» медициналық орталығы', 'Медицинский центр «Шипа»', 'Shipa Medical Centre'], { private: true }],
  ['KZ-10', 'ambulance', false, ['Семей жедел медициналық жәрдем станциясы', 'Станция скорой медицинской помощи Семея', 'Semey Ambulance Station']],
]

const collegeRows: [region: string, higher: boolean, names: Names][] = [
  ['KZ-43', true, ['Қызылорда жоғары медициналық колледжі', 'Кызылординский высший медицинский колледж', 'Kyzylorda Higher Medical College']],
  ['KZ-31', true, ['Жамбыл жоғары медициналық колледжі', 'Жамбылский высший медицинский колледж', 'Zhambyl Higher Medical College']],
  ['KZ-47', false, ['Маңғыстау медициналық колледжі', 'Мангистауский медицинский колледж', 'Mangystau Medical College']],
  ['KZ-71', true, ['Астана жоғары медициналық колледжі', 'Высший медицинский колледж Астаны', 'Astana Higher Medical College']],
]

const agency = texts(['Көрсетуге арналған аккредиттеу агенттігі', 'Демонстрационное агентство по аккредитации', 'Demonstration Accreditation Agency'])

/** Invented accreditations: Kyzylorda’s follows one that has ended, Taraz has a lasting one, Aktau lost its own, and Astana never had any. */
const accreditationRows: { regionCode: string; number: string; from: number; until: number | null; withdrawn?: number }[] = [
  { regionCode: 'KZ-43', number: 'ДЕМО-0012', from: -7, until: -3 },
  { regionCode: 'KZ-43', number: 'ДЕМО-0147', from: -2, until: 3 },
  { regionCode: 'KZ-31', number: 'ДЕМО-0151', from: -1, until: null },
  { regionCode: 'KZ-47', number: 'ДЕМО-0093', from: -4, until: 1, withdrawn: -1 },
]

/** Academy, four centres with rooms and accreditations, facilities and colleges of the demonstration. */
export async function seedPlaces(db: Db, actor: Actor) {
  await addAcademy(db, actor, { names: texts(['Алғашқы медициналық-санитариялық көмек академиясы', 'Академия первичной медико-санитарной помощи', 'Academy of Primary Health Care']) })
  for (const { names, cities, rooms, ...rest } of centreRows) {
    // In Kyzylorda people may be in several groups of a course at a time, as those who try the product out are.
    const { id } = await addCentre(db, actor, { ...rest, names: texts(names), cities: texts(cities), onePlacePerCourse: rest.regionCode !== 'KZ-43' })
    for (const [name, capacity] of rooms) await addRoom(db, actor, { centreId: id, name, capacity })
    for (const one of accreditationRows) if (one.regionCode === rest.regionCode) await accredit(db, actor, id, one)
  }
  for (const [regionCode, kind, rural, names, more] of facilityRows) await addFacility(db, actor, { regionCode, kind, rural, names: texts(names), ...more })
  for (const [regionCode, higher, names] of collegeRows) await addCollege(db, actor, { regionCode, higher, names: texts(names) })
}

/** Years count from this one, so that the demonstration never grows old. */
async function accredit(db: Db, actor: Actor, centreId: string, { number, from, until, withdrawn }: (typeof accreditationRows)[number]) {
  const year = (shift: number) => new Date().getUTCFullYear() + shift
  const { id } = await recordAccreditation(db, actor, { centreId, body: agency, number, validFrom: `${year(from)}-01-01`, validUntil: until === null ? null : `${year(until)}-12-31` })
  if (withdrawn !== undefined) await withdrawAccreditation(db, actor, { accreditationId: id, on: `${year(withdrawn)}-06-01` })
}

/** Ids of the seeded places: the centre and the college of a region, and its facilities. */
export async function seededPlaces(db: Db, regionCode: string) {
  const [centre] = await db.select({ id: centres.id }).from(centres).where(eq(centres.regionCode, regionCode))
  const [college] = await db.select({ id: colleges.id }).from(colleges).where(eq(colleges.regionCode, regionCode))
  const places = await db.select({ id: facilities.id }).from(facilities).where(eq(facilities.regionCode, regionCode)).orderBy(facilities.createdAt)
  return { centreId: centre!.id, collegeId: college!.id, facilityIds: places.map((place) => place.id) }
}
