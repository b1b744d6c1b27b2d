import { Refusal } from '#modules/refusal.ts'
import type { AgeGroup } from './shapes.ts'

/** Days of a mean month: WHO's growth standards count so. */
const monthDays = 30.4375

export type Age = { group: AgeGroup; days: number; months: number }

/**
 * The age in completed days and months, from one or both. Day 0–59 is a young infant, from day 60 to 59 completed months a child;
 * so every day has one chart. Sixty days are two months and 365 days are twelve; when both are given, each answers for itself, and
 * they must agree on the chart. Throws `protocol.age-needed`, `protocol.age-in-days` (a baby of 0 months: its first week matters)
 * and `protocol.age-not-covered` (5 years or more).
 */
export function ageOf({ ageDays, ageMonths }: { ageDays?: unknown; ageMonths?: unknown }): Age {
  const days = counted(ageDays)
  const months = counted(ageMonths)
  if (days === null && months === null) throw new Refusal('protocol.age-needed')
  if (days === null && months === 0) throw new Refusal('protocol.age-in-days')
  const known = { days: days ?? Math.ceil(months! * monthDays), months: months ?? Math.floor((days! + 1) / monthDays) }
  if (known.months >= 60) throw new Refusal('protocol.age-not-covered')
  const group = days === null ? (known.months < 2 ? 'young-infant' : 'child') : days < 60 ? 'young-infant' : 'child'
  // The two ages may each be right by their own count, but not for a child of another chart: a month has 28 to 31 days.
  if (days !== null && months !== null && (days < months * 28 || days > (months + 1) * 31)) throw new Refusal('protocol.ages-differ')
  // On the days around two months the calendar and the chart may count differently: the chart's own count goes on.
  return { group, days: known.days, months: group === 'child' ? Math.max(2, known.months) : Math.min(1, known.months) }
}

function counted(value: unknown): number | null {
  if (value === undefined || value === null || value === 'unknown') return null
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return Math.floor(value)
  throw new Refusal('protocol.age-needed')
}
