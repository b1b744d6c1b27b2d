import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { facilities, matchFacility, regions } from '#modules/places/index.ts'
import { permit } from '#modules/refusal.ts'
import { type Cell, type TableFile, tableFile } from '#modules/table.ts'
import { locales, t } from '#modules/words/index.ts'
import { indicators } from './indicators.ts'
import { type IndicatorValue, listIndicators, listIndicatorsInput } from './listIndicators.ts'
import { mayImportIndicators } from './policy.ts'

/** Each title is one that is understood again; the unit is for the reader. */
const titles = ['Көрсеткіш / Показатель', 'Өлшем бірлігі / Единица', 'Өңір / Регион', 'Мекеме / Учреждение', 'Жыл / Год', 'Мәні / Значение', 'Дереккөз / Источник']

export const exportIndicatorsInput = listIndicatorsInput.pick({ indicator: true, region: true, year: true }).extend({ locale: z.enum(locales) })

/**
 * The values that stand, as a CSV that `importIndicators` takes in again: names in the reader's language, and a facility's id where its
 * name alone would not tell it from another. It tells of nobody, so no ledger entry is made. For administrators and auditors.
 */
export async function exportIndicators(db: Db, actor: Actor, { locale, ...filters }: z.infer<typeof exportIndicatorsInput>): Promise<TableFile> {
  const values: IndicatorValue[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await listIndicators(db, actor, { ...filters, limit: 200, ...(cursor ? { cursor } : {}) })
    values.push(...page.items)
    cursor = page.cursor
  }
  const known = new Map(indicators().map((one) => [one.id, one]))
  const names = new Map((await regions(db)).map((one) => [one.code, one.names]))
  const byRegion = Map.groupBy(await facilities(db), ({ regionCode }) => regionCode)
  const written = new Map<string, string>()
  const facilityCell = ({ facilityId, facility, region }: IndicatorValue): string => {
    if (facilityId === null || facility === null) return ''
    if (!written.has(facilityId)) {
      const answer = matchFacility(byRegion.get(region) ?? [], facility[locale])
      written.set(facilityId, answer.kind === 'exact' && answer.facility.id === facilityId ? facility[locale] : facilityId)
    }
    return written.get(facilityId)!
  }
  const rows = values.map((one): Cell[] => {
    const indicator = known.get(one.indicator)
    return [indicator?.names[locale] ?? one.indicator, indicator ? t(locale, `indicator.unit.${indicator.unit}`) : '', names.get(one.region)?.[locale] ?? one.region, facilityCell(one), one.year, decimals(one.value), one.source]
  })
  return tableFile('csv', 'besik-indicators', { name: t(locale, 'indicators.title'), rows: [titles, ...rows] })
}

/** With the decimal comma of spreadsheets here. */
const decimals = (value: number) => (Number.isInteger(value) ? value : String(value).replace('.', ','))

/** The table to fill in: a line for each indicator with its unit. For administrators. */
export async function indicatorsTemplate(_db: Db, actor: Actor): Promise<TableFile> {
  permit(mayImportIndicators(actor))
  const both = (kk: string, ru: string) => (kk === ru ? kk : `${kk} / ${ru}`)
  const rows = indicators().map(({ names, unit }): Cell[] => [both(names.kk, names.ru), both(t('kk', `indicator.unit.${unit}`), t('ru', `indicator.unit.${unit}`)), '', '', '', '', ''])
  return tableFile('csv', 'besik-indicators-template', { name: 'Көрсеткіштер', rows: [titles, ...rows] })
}
