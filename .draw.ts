import { drawCertificate } from '#modules/certificates/drawCertificate.ts'
import { createKeys, publicHalf } from '#modules/keys/index.ts'
import { signStatement } from '#modules/certificates/statement.ts'
import { newCode } from '#modules/certificates/code.ts'
import { writeFileSync, existsSync } from 'node:fs'
process.env.KEYS_DIR = '/tmp/cert/keys'
if (!existsSync('/tmp/cert/keys')) createKeys('/tmp/cert/keys')
const base = (over: any) => ({
  certificate: '00000000-0000-4000-8000-000000000001', serial: 'KZ-2027-000412', code: '7Q2M9XKD4HTRV8PC3W5JYB6N0AA', kind: 'non-formal',
  holder: { name: 'Рақымбаева Нұргүл Ерланқызы', profession: { kk: 'патронаждық мейіргер', ru: 'патронажная медсестра', en: 'patronage nurse' }, facility: { kk: 'Қызылорда қалалық №3 емханасы', ru: 'Городская поликлиника №3 г. Кызылорда', en: 'Kyzylorda City Polyclinic No. 3' } },
  course: { course: 'imci', titles: { kk: 'Бала жасындағы ауруларды интеграциялап жүргізу (БЖАИЖ)', ru: 'Интегрированное ведение болезней детского возраста (ИВБДВ)', en: 'Integrated Management of Childhood Illness (IMCI)' }, edition: 1, content: 'a'.repeat(64), guideline: { id: 'who-imci-2014', titles: { kk: 'ДДСҰ БЖАИЖ анықтамалығы, 2014', ru: 'Справочник ВОЗ по ИВБДВ, 2014', en: 'WHO IMCI chart booklet, 2014' } }, hours: 40, academicHourMinutes: 45 },
  approval: { body: 'Ғылыми-әдістемелік кеңес', number: '7', date: '2026-09-01' },
  centre: { id: '00000000-0000-4000-8000-000000000002', names: { kk: 'Қызылорда ресурстық орталығы', ru: 'Кызылординский ресурсный центр', en: 'Kyzylorda Resource Centre' }, cities: { kk: 'Қызылорда', ru: 'Кызылорда', en: 'Kyzylorda' }, director: 'Оспанова Гүлнәр Сәкенқызы' },
  language: 'kk', startsOn: '2027-03-01', endsOn: '2027-03-05', issuedOn: '2027-03-06', expiresOn: '2032-03-06', predecessor: null, demonstration: false, ...over })
const key = publicHalf('certificate')
const out = async (name: string, over: any) => { const s = signStatement(base(over) as any, key); const start = performance.now(); const bytes = await drawCertificate(s, 'https://besik.kz'); writeFileSync(`/tmp/cert/${name}.pdf`, bytes); console.log(name, bytes.length, (performance.now() - start).toFixed(0)) }
await out('plain', {})
await out('demo', { demonstration: true, predecessor: 'KZ-2027-000001' })
await out('advanced', { kind: 'advanced' })
await out('long', { holder: { name: 'Құдайбергенова-Жұмағалиева Мұхаббатхан Нұрмұхамбетқызы', profession: { kk: 'денсаулық сақтау саласындағы әлеуметтік жұмыс жөніндегі маман', ru: 'специалист по социальной работе в сфере здравоохранения', en: 'social worker in health' }, facility: { kk: 'Қызылорда облысының денсаулық сақтау басқармасының Жаңақорған аудандық орталық ауруханасы', ru: 'Жанакорганская центральная районная больница Управления здравоохранения Кызылординской области', en: 'Zhanakorgan Central District Hospital of the Kyzylorda Region Health Department' } } })
let start = performance.now(); for (let i = 0; i < 20; i++) await drawCertificate(signStatement(base({}) as any, key), 'https://besik.kz'); console.log('per', (performance.now() - start) / 20)
