import type { Obstacle, Preview } from '#modules/certificates/index.ts'
import type { Locale, Translate } from '#modules/words/index.ts'

/** Says why somebody gets no certificate, rule by rule, with the numbers and the stations' titles. */
export const unmetInWords = (locale: Locale, t: Translate, stations: Preview['stations']) => (unmet: Obstacle): string => {
  if (unmet.rule === 'post-test-not-passed') return unmet.score === null ? t('eligibility.post-test-not-taken') : t('eligibility.post-test-not-passed', { score: unmet.score, maximum: unmet.maximum })
  if (unmet.rule === 'station-not-passed') return t('eligibility.station-not-passed', { station: stations[unmet.station]?.[locale] ?? unmet.station })
  const { rule, ...facts } = unmet
  return t(`eligibility.${rule}`, facts)
}

/** Rules whose sentence needs no facts, and what may befall a run. */
const plain = [
  'not-enrolled', 'cohort-cancelled', 'attendance-not-closed', 'edition-not-approved', 'centre-not-accredited', 'certificate-revoked', 'certificate-held', 'person-erased', 'kind-changed', 'issuing-stopped', 'not-confirmed', 'failed',
] as const

/**
 * Says why somebody was refused when only the names of the rules were kept: with the numbers of now where a rule is still not met, and
 * otherwise that it was not at that time.
 */
export const codesInWords = (t: Translate, inWords: (unmet: Obstacle) => string) => (codes: readonly string[], unmet: readonly Obstacle[] = []): string[] => [
  ...new Set(codes.flatMap((code) => {
    const still = unmet.filter((one) => one.rule === code)
    if (still.length > 0) return still.map(inWords)
    const known = plain.find((one) => one === code)
    return [known ? t(`eligibility.${known}`) : t('eligibility.then-unmet')]
  })),
]
