import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { compareReports } from '#modules/reports/compareReports.ts'
import { composeReport } from '#modules/reports/composeReport.ts'
import { missingBefore, missingIn, warningsOf } from '#modules/reports/needs.ts'
import { digestOf, readReport, writeReport } from '#modules/reports/shape.ts'
import { reportWorkbook } from '#modules/reports/tables.ts'
import { aGround, aMember } from '#tests/modules/adoptions/ground.ts'

const ground = aGround(3)
const facts = composeReport(ground)

describe('what a report tells', () => {
  test('adds up by its own lines', () => {
    expect(facts.hours.college).toEqual({ theory: 26, practice: 14, all: 40 })
    expect(facts.students).toEqual({ years: [{ studyYear: 2025, groups: 1, students: 24, hours: 40 }, { studyYear: 2026, groups: 2, students: 48, hours: 40 }], groups: 3, students: 72 })
    expect(facts.mapping).toMatchObject({ lessons: 3, covered: 2, gaps: [{ id: 'three' }], missing: [] })
  })

  test('holds a corrected step in the place of the wrong one, and no note', () => {
    expect(facts.steps.map((one) => [one.state, one.facts['order'] ?? null])).toEqual([['received', null], ['mapped', null], ['approved', '118-б'], ['taught', null], ['taught', null]])
    expect(JSON.stringify(facts)).not.toContain('ішкі белгі')
  })

  test('counts a human with two certificates once, and their certificates twice', () => {
    const own = { ...aMember(1), personId: 'person-0' }
    const { teachers, staff } = composeReport({ ...ground, staff: [aMember(0, { state: 'expired' }), own, aMember(2, { state: 'revoked', revokedOn: '2026-10-01' })] })
    expect(teachers).toMatchObject({ people: 2, inForce: 1, states: { valid: 1, expired: 1, revoked: 1 } })
    expect(staff.map((one) => one.person)).toEqual([1, 1, 2])
  })

  test('leaves out who has not agreed, and who is certified in another course', () => {
    const other = aMember(5, { course: 'home-visiting' })
    expect(composeReport({ ...ground, staff: [{ ...aMember(4), state: 'asked' }, other, aMember(6)] }).staff.map((one) => one.serial)).toEqual(['KZ-2026-000007'])
  })

  test('is one text for one report, and what was written is what is read', () => {
    const signed = { number: 'AR-2026-00001', code: '0123456789ABCDEFGHJKMNPQRST', issuedOn: '2026-11-23', signatory: 'Ермекова' }
    const { body, sha256 } = writeReport(facts, signed)
    expect(writeReport(structuredClone(facts), signed)).toEqual({ body, sha256 })
    expect(digestOf(readReport(body))).toBe(digestOf(facts))
    expect(digestOf({ ...facts, studyYear: 2025 })).not.toBe(digestOf(facts))
  })
})

describe('what stands out', () => {
  test.for([
    [{ rung: 'taught', withdrawn: false, programme: true }, []], [{ rung: 'mapped', withdrawn: false, programme: true }, ['not-approved']],
    [{ rung: null, withdrawn: true, programme: true }, ['withdrawn']], [{ rung: 'received', withdrawn: false, programme: false }, ['not-approved', 'no-programme']],
  ] as const)('before anything is composed: %j', ([around, needs]) => expect(missingBefore(around)).toEqual(needs))

  test('paper of another step than the approval is none', () => {
    expect(missingIn({ evidence: facts.evidence.filter((one) => one.state === 'received'), staff: facts.staff })).toEqual(['no-evidence'])
    expect(missingIn({ evidence: facts.evidence, staff: [] })).toEqual(['no-staff'])
  })

  test('each is counted, and what is in order is not told', () => {
    const bad = composeReport({ ...ground, staff: [aMember(0, { state: 'expired' }), aMember(1, { state: 'replaced', successor: 'KZ-2026-000099' }), aMember(2, { state: 'expiring', edition: 1 })], studyYear: 2024, programme: { ...ground.programme, digest: '00'.repeat(32) } })
    expect(warningsOf(bad, 2)).toEqual([
      { warning: 'not-in-force', count: 2 }, { warning: 'expiring', count: 1 }, { warning: 'unanswered', count: 2 }, { warning: 'gaps', count: 1 }, { warning: 'older-trained', count: 1 },
      { warning: 'not-taught' }, { warning: 'changed-since-mapped' }, { warning: 'newer-edition', edition: 3, due: '2026-12-20', overdue: false },
    ])
    const lines = [{ title: 'Бәрі', theoryHours: 6, practiceHours: 2, lessons: ['one', 'two', 'three'], competencies: ['triage'] }]
    expect(warningsOf(composeReport({ ...ground, reconfirmation: null, programme: { ...ground.programme, lines } }), 0)).toEqual([])
  })
})

describe('two reports side by side', () => {
  test('equal ones differ in nothing, and every figure is told', () => {
    const same = compareReports(facts, structuredClone(facts))
    expect(same).toMatchObject({ edition: null, guideline: null, state: null, lines: { added: [], removed: [], changed: [] }, staff: { joined: [], left: [], changed: [] } })
    expect(same.figures.length).toBe(11)
    expect(same.figures.every(({ before, after }) => before === after)).toBe(true)
  })

  test('tell what came, what went and what changed', () => {
    const [first, second] = ground.programme.lines
    const after = composeReport({
      ...ground, studyYear: 2025, staff: [{ ...ground.staff[0]!, certificate: { ...ground.staff[0]!.certificate, state: 'expired' } }, aMember(7)],
      programme: { ...ground.programme, lines: [{ ...first!, theoryHours: 24 }, { ...second!, title: 'Жаңа пән' }] },
    })
    const { figures, lines, staff } = compareReports(facts, after)
    expect(lines).toEqual({ added: ['Жаңа пән'], removed: [second!.title], changed: [{ title: first!.title, before: 32, after: 36 }] })
    expect(staff).toEqual({ joined: ['KZ-2026-000008'], left: ['KZ-2026-000002', 'KZ-2026-000003'], changed: [{ serial: 'KZ-2026-000001', before: 'valid', after: 'expired' }] })
    expect(figures).toEqual(expect.arrayContaining([{ figure: 'students', before: 48, after: 24 }, { figure: 'hours', before: 40, after: 44 }, { figure: 'in-force', before: 3, after: 1 }, { figure: 'not-in-force', before: 0, after: 1 }]))
  })
})

describe('the report as a workbook', () => {
  test.for(['kk', 'ru', 'en'] as const)('in %s: a sheet for each part, with numbers that can be added up', async (locale) => {
    const { body, sha256 } = writeReport(facts, { number: 'AR-2026-00001', code: '0123456789ABCDEFGHJKMNPQRST', issuedOn: '2026-11-23', signatory: '=Ермекова' })
    const files = unzipSync(await reportWorkbook({ report: readReport(body), sha256, holders: new Map() }, locale))
    const sheets = Object.keys(files).filter((name) => /xl\/worksheets\/sheet\d+\.xml$/.test(name)).sort()
    expect(sheets).toHaveLength(6)
    const numbers = (name: string) => [...strFromU8(files[name]!).matchAll(/<c [^>]*?(t="s")?[^>]*><v>([^<]+)<\/v>/g)].filter(([cell]) => !cell.includes('t="s"')).map((match) => Number(match[2]))
    expect(numbers(sheets[4]!)).toEqual(expect.arrayContaining([24, 48, 72, 3]))
    expect(numbers(sheets[2]!)).toEqual(expect.arrayContaining([20, 12, 32, 26, 14, 40]))
    expect(strFromU8(files['xl/sharedStrings.xml']!)).toContain('=Ермекова')
    expect(Object.keys(files).some((name) => strFromU8(files[name]!).includes('<f>'))).toBe(false)
  })
})
