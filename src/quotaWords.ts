import type { Quota } from '#modules/cohorts/index.ts'
import type { Locale, Translate } from '#modules/words/index.ts'

/** For whom a quota's seats are kept, in words. */
export function quotaName(t: Translate, locale: Locale, quota: Pick<Quota, 'kind' | 'facility' | 'professions'>): string {
  if (quota.kind === 'facility') return quota.facility?.[locale] ?? ''
  if (quota.kind === 'guests') return t('quota.guests')
  return (quota.professions ?? []).map((one) => t(`profession.${one}`)).join(', ')
}

/** The ratio of a mixed group: its quotas by profession, side by side. Empty for a group that states none. */
export function ratioOf(t: Translate, locale: Locale, quotas: readonly Quota[]): string {
  const stated = quotas.filter((one) => one.kind === 'professions')
  return stated.length < 2 ? '' : stated.map((one) => `${one.seats} (${quotaName(t, locale, one)})`).join(' : ')
}
