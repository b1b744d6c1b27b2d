import { dayOf } from '#modules/words/index.ts'
import { readCut } from './cut.ts'

/** The period that an address asks for: this year until today unless it says otherwise, and one day when it begins later than that. */
export function askedPeriod(params: URLSearchParams): { from: string; to: string } {
  const { cut } = readCut(params)
  const today = dayOf(new Date(), 'Asia/Almaty')
  const to = cut.to ?? (cut.from && cut.from > today ? cut.from : today)
  return { from: cut.from ?? `${to.slice(0, 4)}-01-01`, to }
}
