import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { colleges, regions } from '#modules/places/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Cell, type TableFile, tableFile } from '#modules/table.ts'
import type { CollegeColumn } from './collegeColumns.ts'
import { mayImportColleges } from './policy.ts'

export const collegesTemplateInput = z.object({})

/** The columns of the list to fill in, in two languages; each title is one that is understood. */
const titles: [CollegeColumn, string][] = [
  ['region', 'Облыс / Область'], ['kk', 'Қазақша атауы / Наименование на казахском'], ['ru', 'Орысша атауы / Наименование на русском'], ['en', 'Ағылшынша атауы / Наименование на английском'],
  ['higher', 'Жоғары колледж / Высший колледж'], ['course', 'Курс'], ['edition', 'Редакция'], ['invited', 'Шақырылған күні / Дата приглашения'], ['received', 'Алған күні / Дата получения'],
  ['review', 'Қаралу күні / Дата рассмотрения'], ['reviewer', 'Кім қарайды / Кем рассматривается'], ['mapped', 'Бағдарламаға енгізілген күні / Дата включения в программу'],
  ['specialityCode', 'Мамандық коды / Код специальности'], ['speciality', 'Мамандық / Специальность'], ['semester', 'Семестр'], ['theory', 'Теория сағаты / Часы теории'], ['practice', 'Практика сағаты / Часы практики'],
  ['approved', 'Бұйрық күні / Дата приказа'], ['order', 'Бұйрық нөмірі / Номер приказа'], ['body', 'Кім бекітті / Кем утверждено'], ['registered', 'Тізілімге енгізілген күні / Дата внесения в реестр'],
  ['register', 'Тізілім нөмірі / Номер в реестре'], ['taught', 'Оқытыла бастаған күні / Дата начала преподавания'], ['year', 'Оқу жылы / Учебный год'], ['groups', 'Топ саны / Количество групп'],
  ['students', 'Студенттер саны / Количество студентов'], ['hours', 'Топқа сағат саны / Часов на группу'], ['withdrawn', 'Бас тартқан күні / Дата отказа'], ['reason', 'Себебі / Причина'],
]

/** The list to fill in, with the colleges that are known already. It tells of nobody, so no ledger entry is made. For administrators. */
export async function collegesTemplate(db: Db, actor: Actor): Promise<TableFile> {
  permit(mayImportColleges(actor))
  const names = new Map((await regions(db)).map((one) => [one.code, one.names]))
  const known = (await colleges(db)).map((one): Partial<Record<CollegeColumn, Cell>> => {
    const region = names.get(one.regionCode)!
    return { region: region.kk === region.ru ? region.kk : `${region.kk} / ${region.ru}`, ...one.names, higher: one.higher ? 'иә / да' : 'жоқ / нет' }
  })
  return tableFile('csv', 'besik-colleges', { name: 'Колледждер', rows: [titles.map(([, title]) => title), ...known.map((cells) => titles.map(([column]) => cells[column] ?? ''))] })
}
