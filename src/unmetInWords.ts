import type { Obstacle, Preview } from '#modules/certificates/index.ts'
import type { Locale, Translate } from '#modules/words/index.ts'

/** Says why somebody gets no certificate, rule by rule, with the numbers and the stations' titles. */
export const unmetInWords = (locale: Locale, t: Translate, stations: Preview['stations']) => (unmet: Obstacle): string => {
  if (unmet.rule === 'post-test-not-passed') return unmet.score === null ? t('eligibility.post-test-not-taken') : t('eligibility.post-test-not-passed', { score: unmet.score, maximum: unmet.maximum })
  if (unmet.rule === 'station-not-passed') return t('eligibility.station-not-passed', { station: stations[unmet.station]?.[locale] ?? unmet.station })
  const { rule, ...facts } = unmet
  return t(`eligibility.${rule}`, facts)
}
