import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { system, visitor } from '#modules/actor.ts'
import { isNewer, mayReadProcedure, procedureNamed, procedures, readProcedures } from '#modules/procedures/index.ts'
import { Refusal } from '#modules/refusal.ts'

type Files = Record<string, string>
const facts = (more: object = {}) => JSON.stringify({
  procedure: 'mapping', version: '1.2.0', kind: 'mapping', audiences: ['managers'], access: 'open', minutes: 5,
  changes: [{ version: '1.2.0', on: '2026-11-02', kk: 'Жаңа', ru: 'Новое', en: 'New' }, { version: '1.1.9', on: '2026-11-02', kk: 'Бірінші', ru: 'Первое', en: 'First' }], ...more,
})
const text = (locale: string, body = '## One\n\nWords.\n\n<Note>\n\nMind.\n\n</Note>\n\n## Two <Term id="risk">risk</Term>\n') =>
  `---\n${JSON.stringify({ title: `Map ${locale}`, summary: 'S', review: { translation: 'draft', clinical: 'draft' }, sources: [{ title: 'T', edition: '2018' }] })}\n---\n\n${body}`
const whole = (): Files => ({
  'glossary.yaml': JSON.stringify({
    review: { clinical: 'draft', translation: { kk: 'draft', ru: 'draft', en: 'original' } }, terms: [{ id: 'risk', kk: 'қатер', ru: 'риск', en: 'risk', definition: { kk: 'қ', ru: 'р', en: 'r' } }],
  }),
  'procedures/mapping/procedure.yaml': facts(), ...Object.fromEntries(['kk', 'ru', 'en'].map((locale) => [`procedures/mapping/${locale}.mdx`, text(locale)])),
})

function read(change: (files: Files) => void = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'besik-procedures-'))
  try {
    const files = whole()
    change(files)
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    return readProcedures(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
function faults(change: (files: Files) => void) {
  try {
    read(change)
  } catch (error) {
    if (error instanceof Refusal && error.code === 'course.content-invalid') return error.fields!
    throw error
  }
  throw new Error('it was read')
}

describe('a procedure', () => {
  test('is read with its facts, its three texts and the names of its parts, terms without their marks', () => {
    expect(read()).toMatchObject([{ slug: 'mapping', version: '1.2.0', access: 'open', fronts: { ru: { title: 'Map ru' } }, parts: { kk: ['One', 'Two risk'] } }])
    expect(read((files) => { delete files['procedures/mapping/procedure.yaml'] })).toEqual([])
  })

  const broken: [string, (files: Files) => void, string, string][] = [
    ['a language is missing', (files) => { delete files['procedures/mapping/kk.mdx'] }, 'procedures/mapping/kk.mdx: file', 'field.content.missing-file'],
    ['a language has other parts', (files) => { files['procedures/mapping/ru.mdx'] = text('ru', '## One\n\n<Note>\n\nMind.\n\n</Note>\n') }, 'procedures/mapping/ru.mdx: headings', 'field.content.different'],
    ['a language has another block', (files) => { files['procedures/mapping/ru.mdx'] = text('ru', '## One\n\n## Two\n') }, 'procedures/mapping/ru.mdx: block 1, Note', 'field.content.different'],
    ['a term is nobody’s', (files) => { files['procedures/mapping/kk.mdx'] = text('kk').replace('id="risk"', 'id="nothing"') }, 'procedures/mapping/kk.mdx: line 15, Term id="nothing"', 'field.content.unknown'],
    ['its name is not its folder’s', (files) => { files['procedures/mapping/procedure.yaml'] = facts({ procedure: 'other' }) }, 'procedures/mapping/procedure.yaml: procedure', 'field.content.misnamed'],
    ['its version has no change', (files) => { files['procedures/mapping/procedure.yaml'] = facts({ version: '1.3.0' }) }, 'procedures/mapping/procedure.yaml: changes', 'field.custom'],
    ['its changes stand in another order', (files) => {
      files['procedures/mapping/procedure.yaml'] = facts({ changes: ['1.2.0', '1.10.0'].map((version) => ({ version, on: '2026-11-02', kk: 'к', ru: 'р', en: 'e' })) })
    }, 'procedures/mapping/procedure.yaml: changes', 'field.custom'],
    ['a group of needs stands at what is no case management', (files) => { files['procedures/mapping/procedure.yaml'] = facts({ group: 'safety' }) }, 'procedures/mapping/procedure.yaml: group', 'field.custom'],
  ]
  test.each(broken)('is refused when %s', (_, change, field, reason) => {
    expect(faults(change)).toMatchObject({ [field]: reason })
  })

  test('of the product can be found by name, and another can not', () => {
    expect(procedures().length).toBeGreaterThanOrEqual(8)
    expect(procedureNamed('community-mapping').access).toBe('open')
    for (const name of ['nothing', '../mapping', 'constructor', '']) expect(() => procedureNamed(name)).toThrow(expect.objectContaining({ code: 'object.not-found' }))
  })
})

test('versions are compared by their numbers, not by their letters', () => {
  expect([isNewer('1.10.0', '1.9.9'), isNewer('1.9.9', '1.10.0'), isNewer('2.0.0', '2.0.0'), isNewer('0.1.1', '0.1.0')]).toEqual([true, false, false, true])
  const version = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30))
  fc.assert(fc.property(version, version, (a, b) => {
    const weight = ([major, minor, patch]: readonly [number, number, number]) => major * 1e6 + minor * 1e3 + patch
    expect(isNewer(a.join('.'), b.join('.'))).toBe(weight(a) > weight(b))
  }))
})

test('open ones are everybody’s; the others are read by staff and asked for by others', () => {
  const as = (role: 'trainee' | 'trainer' | 'coordinator' | 'college' | 'auditor' | 'administrator') => ({ ...visitor, kind: 'person' as const, personId: 'p', memberships: [{ role, centreId: null, collegeId: null }] })
  expect(mayReadProcedure(visitor, { access: 'open' })).toBe(true)
  expect([visitor, as('trainee')].map((actor) => mayReadProcedure(actor, { access: 'on-request' }))).toEqual([false, false])
  expect([as('trainer'), as('coordinator'), as('college'), as('auditor'), as('administrator'), system('jobs')].map((actor) => mayReadProcedure(actor, { access: 'on-request' }))).toEqual([true, true, true, true, true, true])
})
