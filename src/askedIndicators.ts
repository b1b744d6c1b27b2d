import { listIndicatorsInput } from '#modules/followup/index.ts'

const { indicator, region, year, replaced, cursor } = listIndicatorsInput.shape

/** The filters of the list of indicators from an address; what doesn't fit is left out, for an address may come from anywhere. */
export function askedIndicators(query: URLSearchParams) {
  const told = (name: string) => query.get(name) || undefined
  return {
    indicator: indicator.safeParse(told('indicator')).data, region: region.safeParse(told('region')).data, year: year.safeParse(told('year')).data,
    replaced: replaced.safeParse(told('replaced')).data ?? false, cursor: cursor.safeParse(told('cursor')).data,
  }
}
