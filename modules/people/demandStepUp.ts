import type { Actor } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'

/** Throws `permission.step-up-needed` unless password or code was asked again within the last ten minutes. */
export function demandStepUp(actor: Actor): void {
  if (!actor.steppedUp) throw new Refusal('permission.step-up-needed')
}
