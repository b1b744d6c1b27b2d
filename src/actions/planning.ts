import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import {
  answerRequest, answerRequestInput, askPlaces, askPlacesInput, askTrainers, importTargets, importTargetsInput, mostBytes, removeNeed, removeNeedInput, removeTarget, removeTargetInput, setNeed, setNeedInput, setTarget, setTargetInput, uploadTargets,
  uploadTargetsInput, withdrawRequest, withdrawRequestInput,
} from '#modules/planning/index.ts'
import { ask } from './ask.ts'

const { centreId, year, course } = uploadTargetsInput.shape
const fileInput = z.object({
  centreId, year, course,
  file: z.instanceof(File, { error: 'field.required' }).refine((file) => file.size > 0, { error: 'field.required' }).refine((file) => file.size <= mostBytes, { error: 'field.too_big' }),
})
const upload = async (db: Db, actor: Actor, { file, ...plan }: z.infer<typeof fileInput>) => uploadTargets(db, actor, { ...plan, bytes: new Uint8Array(await file.arrayBuffer()) })

type Plan = { centreId: string; year: number; course?: string | undefined }
const at = (locale: string, page: string, plan: Plan, more: Record<string, string> = {}) =>
  `/${locale}/centre/plan${page}?${new URLSearchParams({ centre: plan.centreId, year: String(plan.year), ...(plan.course ? { course: plan.course } : {}), ...more })}`

export const plans = {
  set: ask(setTargetInput, setTarget, { flash: 'plan.flash.set' }),
  remove: ask(removeTargetInput, removeTarget, { flash: 'plan.flash.removed' }),
  upload: ask(fileInput, upload, { to: ({ locale, result, input }) => at(locale, '/import', input, { file: result.digest }) }),
  import: ask(importTargetsInput, importTargets, { flash: 'plan.flash.imported', to: ({ locale, input }) => at(locale, '', input) }),
}

/** One form asks for either: what it asks for is a field of its own. */
const askForm = z.intersection(z.object({ kind: z.enum(['places', 'trainers']) }), askPlacesInput)

export const requests = {
  ask: ask(askForm, (db, actor, { kind, ...input }) => (kind === 'places' ? askPlaces : askTrainers)(db, actor, input), { flash: 'request.flash.asked', to: ({ locale, result }) => `/${locale}/centre/requests/${result.id}` }),
  answer: ask(answerRequestInput, answerRequest, { flash: ({ state }) => `request.flash.${state}` }),
  withdraw: ask(withdrawRequestInput, withdrawRequest, { flash: 'request.flash.withdrawn' }),
}

export const needs = {
  set: ask(setNeedInput, setNeed, { flash: 'plan.flash.set' }),
  remove: ask(removeNeedInput, removeNeed, { flash: 'needs.removed' }),
}
