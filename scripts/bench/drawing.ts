import { createHash, pbkdf2Sync } from 'node:crypto'
import { drawCertificate, newCode, type Statement } from '#modules/certificates/index.ts'
import { row, type Row } from './measure.ts'
import type { Bench } from './stage.ts'

/**
 * Certificates drawn in a second of processor time, which is one core of an idle machine: each another person's, so that no set
 * of letters comes twice. Beside them, in turn, a piece of work that never changes: a slower machine slows both, and their ratio stays.
 */
export async function benchDrawing(stage: Bench): Promise<Row[]> {
  const signed = await stage.signedStatement()
  const people = Array.from({ length: 400 }, (_, index) => {
    const facts = JSON.parse(signed.body) as Statement
    const body = JSON.stringify({ ...facts, serial: `KZ-2027-${String(index + 1).padStart(6, '0')}`, code: newCode(), holder: { ...facts.holder, name: nameOf(index) } })
    return { ...signed, body, hash: createHash('sha256').update(body).digest('hex') }
  })
  let [drawing, controlling, drawn, controls, next] = [0, 0, 0, 0, 0]
  const draw = async (pieces: number) => {
    const started = spent()
    for (let piece = 0; piece < pieces; piece++) await drawCertificate(people[next++ % people.length]!, stage.origin)
    drawing += spent() - started
    drawn += pieces
  }
  const control = (pieces: number) => {
    const started = spent()
    for (let piece = 0; piece < pieces; piece++) pbkdf2Sync('control', 'besik', 2000, 32, 'sha256')
    controlling += spent() - started
    controls += pieces
  }
  await draw(100)
  control(100)
  ;[drawing, controlling, drawn, controls] = [0, 0, 0, 0]
  while (drawing < 5000) {
    await draw(20)
    control(20)
  }
  return [row('certificate PDFs drawn on one core, against PBKDF2 of 2,000 rounds', '-', drawn / (drawing / 1000), controls / (controlling / 1000), 'PDFs/s', '200/s')]
}

/** Milliseconds of processor time of this process, those of its garbage collector too. */
function spent(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const families = ['Құдайбергенова', 'Жұмағалиева', 'Оспанов', 'Тілеуқабылова', 'Щёголева', 'Ибраимжанова', 'Әбілқасымов', 'Fernández', 'Һамидуллина', 'Юсупова']
const given = ['Нұргүл', 'Мұхаббатхан', 'Ерлан', 'Анна', 'Öz', 'Гүлжаһан', 'Пётр', 'Ұлжан']
const nameOf = (index: number) => `${families[index % 10]} ${given[index % 8]} ${['Ерланқызы', 'Сәкенұлы', 'Петровна', ''][Math.floor(index / 10) % 4]}`.trim()
