import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import {
  addEvidence, addEvidenceInput, inviteColleges, inviteCollegesInput, mostBytes, moveLine, moveLineInput, pasteLines, pasteLinesInput, recordStep, recordStepInput, removeLine, removeLineInput, saveLine, saveLineInput,
  saveProgramme, saveProgrammeInput, startAdoption, startAdoptionInput,
} from '#modules/adoptions/index.ts'
import { ask, fieldsOf } from './ask.ts'

const file = z.instanceof(File, { error: 'field.required' }).refine((one) => one.size > 0, { error: 'field.required' }).refine((one) => one.size <= mostBytes, { error: 'field.too_big' })
const bytesOf = async (one: File) => ({ name: one.name, bytes: new Uint8Array(await one.arrayBuffer()) })

/** A form's fields with those that are called `facts.…` gathered in `facts`. */
function withFacts(form: FormData): Record<string, unknown> {
  const fields = fieldsOf(form)
  const facts = Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (name.startsWith('facts.') ? [[name.slice('facts.'.length), value]] : [])))
  return { ...Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith('facts.'))), facts }
}

const stepInput = z.intersection(recordStepInput, z.object({ file: file.optional() }))
const step = async (db: Db, actor: Actor, { file: scan, ...told }: z.infer<typeof stepInput>) => recordStep(db, actor, { ...told, ...(scan ? { evidence: await bytesOf(scan) } : {}) })

const fileInput = z.object({ stepId: addEvidenceInput.shape.stepId, file })
const upload = async (db: Db, actor: Actor, { stepId, file: scan }: z.infer<typeof fileInput>) => addEvidence(db, actor, { stepId, ...(await bytesOf(scan)) })

const page = (locale: string, adoptionId: string, rest = '') => `/${locale}/college/adoptions/${adoptionId}${rest}`
const toProgramme = ({ locale, input }: { locale: string; input: { adoptionId: string } }) => page(locale, input.adoptionId, '/programme')

export const adoptions = {
  start: ask(startAdoptionInput, startAdoption, { read: withFacts, flash: 'adoption.start.done', to: ({ locale, result }) => page(locale, result.id) }),
  invite: ask(inviteCollegesInput, inviteColleges, { read: withFacts, flash: ({ invited }) => (invited.length > 0 ? 'adoption.invite.done' : 'adoption.invite.known'), to: ({ locale }) => `/${locale}/college/adoptions` }),
  record: ask(stepInput, step, { read: withFacts, flash: 'adoption.step.done', to: ({ locale, input }) => page(locale, input.adoptionId) }),
  addEvidence: ask(fileInput, upload, { flash: 'adoption.evidence.done', to: ({ locale, result }) => page(locale, result.adoptionId) }),
  // The lines have forms of their own: the head alone leaves them.
  saveProgramme: ask(saveProgrammeInput.omit({ lines: true }), saveProgramme, { flash: 'adoption.programme.saved', to: toProgramme }),
  saveLine: ask(saveLineInput, saveLine, { flash: 'adoption.line.saved', to: (facts) => `${toProgramme(facts)}#lines` }),
  removeLine: ask(removeLineInput, removeLine, { flash: 'adoption.line.removed', to: (facts) => `${toProgramme(facts)}#lines` }),
  moveLine: ask(moveLineInput, moveLine, { to: (facts) => `${toProgramme(facts)}#lines` }),
  pasteLines: ask(pasteLinesInput, pasteLines, { flash: 'adoption.line.pasted', to: (facts) => `${toProgramme(facts)}#lines` }),
}
