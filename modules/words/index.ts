export { type Facts, type Key, type Locale, hasSentence, isLocale, locales, t, translator, type Translate } from './translate.ts'
export { addDays, dateRange, dayOf, dayOfWeek, formalDate, instantOf, mondayOf, moment, month, number, percent, quarter, shortDate, shortWeekday, weekday } from './dates.ts'
export { fold, fullName } from './names.ts'
export { searchable } from './searchable.ts'
