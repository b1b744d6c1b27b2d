import { z } from 'zod'
import {
  type AdoptionItem, adoptionOf, adoptionsOf, adoptionStates, type HistoryStep, listAdoptionsInput, type Mapping, programmeHead, programmeLine, recordStep, saveProgramme, startAdoption, startAdoptionInput, stepShape,
} from '#modules/adoptions/index.ts'
import { courseSlug, editionAt, editionsOf } from '#modules/courses/index.ts'
import { found } from '#modules/refusal.ts'
import { call } from './call.ts'

const names = z.object({ kk: z.string(), ru: z.string(), en: z.string() })
const state = z.enum(adoptionStates)
const id = z.object({ id: z.uuid() })
const day = z.iso.date()

const adoptionShape = z.object({
  id: z.uuid(), college: z.uuid(), collegeNames: names, region: z.string(), course: z.string(), edition: z.int(), guideline: z.string(), previous: z.uuid().nullable(),
  state, since: day, inForce: z.boolean().describe('Approved, and not withdrawn or mapped anew since'),
  newerEdition: z.int().nullable(), reconfirmation: z.object({ edition: z.int(), due: day, overdue: z.boolean(), answered: z.boolean() }).nullable(),
  taught: z.array(z.object({ studyYear: z.int(), groups: z.int(), students: z.int(), hours: z.int() })),
})
const adoption = (one: AdoptionItem): z.infer<typeof adoptionShape> => ({
  id: one.id, college: one.collegeId, collegeNames: one.college, region: one.regionCode, course: one.course, edition: one.edition, guideline: one.guideline, previous: one.previousId,
  state: one.state, since: one.since, inForce: one.inForce, newerEdition: one.newer?.number ?? null,
  reconfirmation: one.reconfirmation && { edition: one.reconfirmation.edition, due: one.reconfirmation.due, overdue: one.reconfirmation.overdue, answered: one.reconfirmation.answered },
  taught: one.taught.map(({ studyYear, groups, students, hours }) => ({ studyYear, groups, students, hours })),
})

const stepAnswer = z.object({
  id: z.uuid(), state, on: day, facts: z.record(z.string(), z.unknown()), corrects: z.uuid().nullable(), stands: z.boolean().describe('False for a step that was put right later'),
  recordedAt: z.iso.datetime(), ledgerEntry: z.int(), evidence: z.array(z.object({ id: z.uuid(), name: z.string(), type: z.string(), bytes: z.int(), sha256: z.string() })),
})
const stepLine = (one: HistoryStep): z.infer<typeof stepAnswer> => ({
  id: one.id, state: one.state, on: one.on, facts: one.facts, corrects: one.correctsId, stands: one.stands, recordedAt: one.recordedAt.toISOString(), ledgerEntry: one.entrySeq,
  evidence: one.evidence.map(({ id: file, name, type, bytes, sha256 }) => ({ id: file, name, type, bytes, sha256 })),
})

const hours = z.object({ theory: z.number(), practice: z.number(), all: z.number() })
const mappingShape = z.object({
  ours: hours, given: hours, covered: hours, lessons: z.object({ all: z.int(), covered: z.int() }),
  gaps: z.array(z.string()).describe('Lessons that no line covers'), missing: z.array(z.string()).describe('Competencies that no line names'),
  overlaps: z.array(z.object({ lesson: z.string(), lines: z.array(z.int()) })), short: z.array(z.object({ line: z.int(), hours: z.number() })).describe('Lines that give fewer hours than ours'),
})
const mappingAnswer = (one: Mapping): z.infer<typeof mappingShape> => ({
  ours: one.ours, given: one.given, covered: one.covered, lessons: one.lessons, gaps: one.gaps.map((gap) => gap.id), missing: one.missing.map((competency) => competency.id),
  overlaps: one.overlaps.map(({ id: lesson, lines }) => ({ lesson, lines })), short: one.lines.flatMap((line, at) => (line.short > 0 ? [{ line: at + 1, hours: line.short }] : [])),
})

export const adoptionCalls = [
  call({
    method: 'GET', path: '/adoptions', summary: 'Adoptions of the own college; of every college for the ministry and administrators', who: ['college', 'auditor', 'administrator'],
    query: listAdoptionsInput.omit({ q: true }), answers: { 200: z.object({ items: z.array(adoptionShape), cursor: z.string().nullable() }) },
    async run({ db, actor, query }) {
      const { items, cursor } = await adoptionsOf(db, actor, query)
      return { status: 200, json: { items: items.map(adoption), cursor: cursor === null ? null : String(cursor) } }
    },
  }),
  call({
    method: 'POST', path: '/adoptions', summary: 'The college has received an edition (the newest when none is named) and begins to adopt it', who: ['college', 'administrator'],
    body: z.object({ course: courseSlug, edition: z.int().min(1).max(999_999).optional(), college: z.uuid().optional(), on: startAdoptionInput.shape.on, facts: startAdoptionInput.shape.facts }),
    answers: { 201: z.object({ id: z.uuid() }) },
    async run({ db, actor, body }) {
      const edition = body.edition === undefined ? found((await editionsOf(db, body.course))[0]) : await editionAt(db, body.course, body.edition)
      return { status: 201, json: await startAdoption(db, actor, { collegeId: body.college, editionId: edition.id, on: body.on, facts: body.facts }) }
    },
  }),
  call({
    method: 'GET', path: '/adoptions/{id}', summary: 'An adoption with where it stands', who: ['college', 'auditor', 'administrator'], params: id, answers: { 200: adoptionShape },
    run: async ({ db, actor, params }) => ({ status: 200, json: adoption(await adoptionOf(db, actor, { adoptionId: params.id })) }),
  }),
  call({
    method: 'GET', path: '/adoptions/{id}/steps', summary: 'The history of an adoption in the order in which it was recorded', who: ['college', 'auditor', 'administrator'], params: id,
    answers: { 200: z.object({ items: z.array(stepAnswer), cursor: z.null(), next: z.array(state).describe('States that may be recorded next') }) },
    async run({ db, actor, params }) {
      const { steps, next } = await adoptionOf(db, actor, { adoptionId: params.id })
      return { status: 200, json: { items: steps.map(stepLine), cursor: null, next } }
    },
  }),
  call({
    method: 'POST', path: '/adoptions/{id}/steps', summary: 'Records what happened next, or puts an earlier step right (`corrects`); `after` refuses when somebody else was quicker', who: ['college', 'administrator'], params: id, body: stepShape,
    answers: { 201: z.object({ id: z.uuid(), state }) },
    run: async ({ db, actor, params, body }) => ({ status: 201, json: await recordStep(db, actor, { adoptionId: params.id, ...body }) }),
  }),
  call({
    method: 'PUT', path: '/adoptions/{id}/programme', summary: 'The college’s programme, whole: what of ours each line covers', who: ['college', 'administrator'], params: id,
    body: programmeHead.extend({ lines: z.array(programmeLine).max(60) }), answers: { 200: mappingShape.nullable() },
    async run({ db, actor, params, body }) {
      await saveProgramme(db, actor, { adoptionId: params.id, ...body })
      const { mapping } = await adoptionOf(db, actor, { adoptionId: params.id })
      return { status: 200, json: mapping && mappingAnswer(mapping) }
    },
  }),
]
