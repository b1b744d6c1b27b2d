import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { answerShape } from '#modules/protocols/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'besik-classify-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The real command in a process of its own; its data folder holds nothing, and must still hold nothing afterwards. */
function besik(args: string[], input = ''): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ['scripts/besik.ts', 'classify', ...args], { env: { ...process.env, DATA_DIR: folder, KEYS_DIR: join(folder, 'keys') } })
    let [out, err] = ['', '']
    child.stdout.on('data', (data) => (out += data))
    child.stderr.on('data', (data) => (err += data))
    child.on('close', (code) => done({ code, out, err }))
    child.stdin.end(input)
  })
}

const lines = (out: string) => out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)

test('each line of findings gets one line of answer, in the shape that --schema prints', async () => {
  const { code, out, err } = await besik([], '{"ageMonths":10,"weightKg":8,"diarrhoea":"yes","sunkenEyes":"yes","skinPinch":"very-slow"}\n\n{"ageDays":20,"temperatureC":37.8}\n')
  expect([code, err]).toEqual([0, ''])
  const [child, infant, ...more] = lines(out).map((line) => answerShape.parse(line))
  expect(more).toEqual([])
  expect(child!.classifications.map((one) => [one.rule, one.colour, one.fluids?.parts[0]?.ml])).toContainEqual(['DEH-1', 'pink', undefined])
  expect([child!.edition, infant!.edition, infant!.complete]).toEqual(['who-imci-2014', 'who-young-infant-2019', false])
  expect(readdirSync(folder)).toEqual([])
})

test('an edition that is not there is wrong usage', async () => {
  expect(await besik(['--edition', 'who-imci-1997'])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('there is no edition who-imci-1997') as string })
})

test('a bad line is told with its number, the others go on, and the exit code is 1', async () => {
  const { code, out } = await besik([], ['{"ageMonths":18}', 'not json', '{"ageMonths":18,"coughing":"yes","stridor":"maybe"}', '{"stridor":"yes"}', '{"ageMonths":600}', '[]', '{"ageDays":3}'].join('\n'))
  expect(code).toBe(1)
  expect(lines(out).map((line) => (line['error'] ? [line['line'], (line['error'] as { code: string; fields?: object }).code, (line['error'] as { fields?: object }).fields] : line['ageGroup']))).toEqual([
    'child', [2, 'input.malformed', undefined], [3, 'input.invalid', { stridor: 'invalid_value', coughing: 'unrecognized_keys' }], [4, 'protocol.age-needed', undefined], [5, 'input.invalid', { ageMonths: 'too_big' }], [6, 'input.invalid', { line: 'invalid_type' }], 'young-infant',
  ])
})

test('the edition can be chosen, and --json gives one document of all answers', async () => {
  const { code, out } = await besik(['--json', '--edition', 'who-imci-2014'], '{"ageDays":20,"temperatureC":37.8}\n{}\n')
  expect([code, JSON.parse(out)]).toEqual([1, { answers: [expect.objectContaining({ overall: { colour: 'pink', disposition: 'refer-urgently', certain: true } }), { line: 2, error: { code: 'protocol.age-needed', detail: expect.any(String) as string } }] }])
})

test('--schema prints JSON Schema that says what findings there are and refuses others', async () => {
  const { code, out } = await besik(['--schema'])
  const { findings, answer } = JSON.parse(out) as { findings: { properties: Record<string, { enum?: string[]; maximum?: number }>; additionalProperties: boolean }; answer: { required: string[] } }
  expect([code, findings.additionalProperties]).toEqual([0, false])
  expect(findings.properties['skinPinch']!.enum).toEqual(['unknown', 'at-once', 'slow', 'very-slow'])
  expect(findings.properties['oxygenSaturation']!.maximum).toBe(100)
  expect(answer.required).toContain('classifications')
  expect(z.fromJSONSchema(findings as Parameters<typeof z.fromJSONSchema>[0]).safeParse({ ageMonths: 18, stridor: 'yes' }).success).toBe(true)
})
