import type { Db } from '#db/client.ts'
import { academies, centres, facilities, regions, rooms, type Texts } from '#db/schema/index.ts'
import { copyInto } from './copy.ts'
import { seededId } from './seeded.ts'

type Zone = 'Asia/Almaty' | 'Asia/Qyzylorda' | 'Asia/Aqtau' | 'Asia/Atyrau' | 'Asia/Oral' | 'Asia/Aqtobe' | 'Asia/Qostanay'
const zones: Record<string, Zone> = { 'KZ-15': 'Asia/Aqtobe', 'KZ-23': 'Asia/Atyrau', 'KZ-27': 'Asia/Oral', 'KZ-39': 'Asia/Qostanay', 'KZ-43': 'Asia/Qyzylorda', 'KZ-47': 'Asia/Aqtau' }

/** Regions with a second centre. */
const twice = ['KZ-19', 'KZ-61', 'KZ-71', 'KZ-75']

/** Every name says that it is invented: it is printed on certificates. */
const named = (names: Texts, kk: string, ru: string, en: string): Texts =>
  ({ kk: `${names.kk}: ${kk} (синтетикалық)`, ru: `${names.ru}: ${ru} (синтетический)`, en: `${names.en}: ${en} (synthetic)` })

const houses = [
  ['polyclinic', false, '№ 1 емхана', 'поликлиника № 1', 'polyclinic No. 1'], ['polyclinic', false, '№ 2 емхана', 'поликлиника № 2', 'polyclinic No. 2'],
  ['hospital', true, 'аудандық аурухана', 'районная больница', 'district hospital'], ['outpatient-clinic', true, 'дәрігерлік амбулатория', 'врачебная амбулатория', 'outpatient clinic'],
  ['feldsher-midwife-post', true, 'фельдшерлік-акушерлік пункт', 'фельдшерско-акушерский пункт', 'feldsher-midwife post'], ['ambulance', false, 'жедел жәрдем станциясы', 'станция скорой помощи', 'ambulance station'],
] as const

export type Places = Awaited<ReturnType<typeof seedScalePlaces>>

/** An academy, a centre in each region and a second one in four, and six facilities a region. Rooms come when it is known how many. */
export async function seedScalePlaces(tx: Db) {
  const academyId = seededId('academy', 1)
  await copyInto(tx, academies, [{ id: academyId, names: { kk: 'Академия (синтетикалық)', ru: 'Академия (синтетическая)', en: 'Academy (synthetic)' } }])
  const all = await tx.select().from(regions).orderBy(regions.code)
  const centreOf = (region: (typeof all)[number], n: number) => ({
    id: seededId(`centre ${region.code}`, n), regionCode: region.code, academyId, names: named(region.names, `№ ${n} ресурстық орталық`, `ресурсный центр № ${n}`, `resource centre No. ${n}`),
    cities: region.capitals ?? region.names, director: null, timeZone: zones[region.code] ?? 'Asia/Almaty', onePlacePerCourse: true, handOverMinutes: 15, closedAt: null, createdAt: new Date(),
  })
  const made = [...all.map((region) => centreOf(region, 1)), ...all.filter((region) => twice.includes(region.code)).map((region) => centreOf(region, 2))]
  await copyInto(tx, centres, made)
  const work = all.flatMap((region) => houses.map(([kind, rural, kk, ru, en], n) => ({
    id: seededId(`facility ${region.code}`, n), regionCode: region.code, names: named(region.names, kk, ru, en), kind, rural, private: false, healthyBabyRoom: kind === 'polyclinic', closedAt: null, createdAt: new Date(),
  })))
  await copyInto(tx, facilities, work)
  return { centres: made.map((centre) => ({ centre, validFrom: all.find((region) => region.code === centre.regionCode)!.validFrom })), facilities: work }
}

/** So many rooms of 25 in each centre. */
export async function seedScaleRooms(tx: Db, places: Places, perCentre: number) {
  const made = places.centres.map(({ centre }) => Array.from({ length: perCentre }, (_, index) => ({ id: seededId(`room ${centre.id}`, index), centreId: centre.id, name: `${index + 1}-зал`, capacity: 25 })))
  await copyInto(tx, rooms, made.flat())
  return made
}
