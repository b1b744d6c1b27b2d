import { type Actor, holds } from '#modules/actor.ts'
import type { Locale, Translate } from '#modules/words/index.ts'
import type { IconName } from './icons.ts'

export type Destination = { name: string; href: string; icon: IconName }

/** The wings an actor may enter, and the four places of the bottom bar on a phone: the first wing's own. */
export function navigationOf(actor: Actor, locale: Locale, t: Translate): { wings: Destination[]; places: Destination[] } {
  const to = (path: string) => `/${locale}${path}`
  const learn: Destination = { name: t('wing.learn'), href: to('/learn'), icon: 'book' }
  const wings: Destination[] = [
    ...(actor.kind === 'person' ? [learn] : []),
    ...(holds(actor, 'coordinator') || holds(actor, 'trainer') ? [{ name: t('wing.centre'), href: to('/centre'), icon: 'people' as const }] : []),
    ...(holds(actor, 'college') ? [{ name: t('wing.college'), href: to('/college'), icon: 'package' as const }] : []),
    ...(holds(actor, 'auditor') ? [{ name: t('wing.ministry'), href: to('/ministry'), icon: 'chart' as const }] : []),
    ...(holds(actor, 'administrator') ? [{ name: t('wing.admin'), href: to('/admin'), icon: 'gear' as const }] : []),
    { name: t('wing.cohorts'), href: to('/cohorts'), icon: 'calendar' },
  ]
  const own: Destination[] = [
    { name: t('wing.documents'), href: to('/learn/documents'), icon: 'award' },
    { name: t('wing.account'), href: to('/account'), icon: 'person' },
  ]
  const main = wings.filter((wing) => wing !== learn && wing.icon !== 'calendar')
  const places = main.length > 0 ? [...main.slice(0, 2), wings.at(-1)!, own[1]!] : [learn, wings.at(-1)!, ...own]
  return { wings, places }
}
