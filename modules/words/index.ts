export { type Facts, type Key, type Locale, isLocale, locales, t, translator, type Translate } from './translate.ts'
export { dateRange, dayOf, formalDate, moment, month, number, percent, shortDate } from './dates.ts'
export { fold, fullName } from './names.ts'
export { searchable } from './searchable.ts'
