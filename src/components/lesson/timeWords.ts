import type { Translate } from '#modules/words/index.ts'

/** “in 30 minutes”, “after 2.5 hours”: minutes below an hour, hours from one on. */
export const timeWords = (t: Translate, how: 'in' | 'after', minutes: number) =>
  how === 'in' && minutes < 60 ? t('block.in.minutes', { n: minutes }) : t(`block.${how}.hours`, { n: minutes / 60 })
