import { readFileSync } from 'node:fs'
import iconv from 'iconv-lite'
import type { Db } from '#db/client.ts'
import { aCentre, aCohort, aCoordinator, aFacility } from '#tests/factories.ts'

// Rosters as bytes, and the places they speak of.

export const corpus = (name: string) => readFileSync(`tests/corpus/rosters/${name}`)
export const clean = corpus('roster-kyzylorda.csv')
export const dirty = corpus('roster-dirty.csv')
/** The clean roster's text, without its mark. */
export const text = clean.toString('utf8').replace(/^\ufeff/, '')

export const utf16be = (source: string) => Buffer.concat([Buffer.from([0xfe, 0xff]), iconv.encode(source, 'utf-16be')])
export const utf16le = (source: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(source, 'utf16le')])

/** A roster of the shortest shape: titles and lines. */
export const roster = (...lines: string[]) => Buffer.from(['Тегі;Аты;Әкесінің аты;ЖСН;Лауазымы;Ұйым;E-mail;Телефон', ...lines].join('\r\n') + '\r\n')

const workplaces = ['Қызылорда қалалық №1 емханасы', 'Қызылорда қалалық №3 емханасы', 'Арал аудандық ауруханасы', 'Жаңақорған аудандық ауруханасы', 'Сырдария аудандық ауруханасы', 'Шиелі аудандық ауруханасы', 'Қазалы аудандық ауруханасы']

/** A centre in Kyzylorda with its coordinator, an open cohort of 25, and every workplace of the two rosters. */
export async function kyzylorda(db: Db, capacity = 25) {
  const centre = await aCentre(db)
  for (const name of workplaces) await aFacility(db, { names: { kk: name, ru: name, en: name }, kind: name.includes('емхана') ? 'polyclinic' : 'hospital' })
  return { centre, cohort: await aCohort(db, { centreId: centre.id, capacity }), coordinator: await aCoordinator(db, centre.id) }
}
