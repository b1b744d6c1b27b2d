import type { Dose } from '#modules/protocols/index.ts'
import { type Locale, number, type Translate } from '#modules/words/index.ts'

type Amount = Dose['amounts'][number]

/** One way to give a dose: “1 tablet, of 250 mg; 10 in all”, with the whole course where the chart counts it. */
function amountWords(t: Translate, locale: Locale, { amount, unitName, form, total }: Amount): string {
  const shown = typeof amount === 'number' ? number(locale, amount) : amount.map((one) => number(locale, one)).join('–')
  return [`${shown} ${unitName[locale]}, ${form[locale]}`, ...(total === undefined ? [] : [t('block.dose.total', { n: total })])].join('; ')
}

/** The ways to give a dose, one of which is chosen: never to be read as one after the other. */
export const choiceWords = (t: Translate, locale: Locale, amounts: Amount[]): string[] =>
  amounts.map((one, index) => (index === 0 ? amountWords(t, locale, one) : t('block.dose.or', { dose: amountWords(t, locale, one) })))

/** How often and for how long: “2 times a day, for 5 days”. */
export const scheduleWords = (t: Translate, { once, timesPerDay, everyHours, days }: Pick<Dose, 'once' | 'timesPerDay' | 'everyHours' | 'days'>): string =>
  [
    once && t('block.dose.once'),
    timesPerDay && t('block.dose.times', { n: timesPerDay }),
    everyHours && t('block.dose.hours', { n: everyHours }),
    days && t('block.dose.days', { n: days }),
  ].filter(Boolean).join(', ')

/** A whole dose in one line. */
export const doseWords = (t: Translate, locale: Locale, dose: Dose): string =>
  [choiceWords(t, locale, dose.amounts).join(' '), scheduleWords(t, dose)].filter(Boolean).join('; ')
