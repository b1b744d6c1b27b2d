import { randomUUID } from 'node:crypto'
import type { ReportGround } from '#modules/reports/composeReport.ts'
import { countedStates } from '#modules/reports/shape.ts'
import type { StaffMember } from '#modules/adoptions/staffClaims.ts'
import type { Edition } from '#modules/courses/index.ts'

const texts = (kk: string, ru = kk, en = kk) => ({ kk, ru, en })
const family = ['Рақымбаева', 'Сағындықова', 'Оспанова', 'Ыбраева', 'Мұқанова', 'Есжанова', 'Төлегенова', 'Шәкірова', 'Әбдіқалықова', 'Нұрпейісова']
const given = ['Нұргүл Ерланқызы', 'Гүлжан Маратқызы', 'Динара', 'Айгүл Болатқызы', 'Мәншүк', 'Ұлжан Қанатқызы', 'Қымбат', 'Сәуле Нұрланқызы']

export function aMember(at: number, values: Partial<StaffMember['certificate']> = {}): StaffMember {
  const id = randomUUID()
  return {
    claimId: randomUUID(), state: 'consented', post: ['Педиатрия пәнінің оқытушысы', 'Мейіргер ісі оқытушысы', 'Тәжірибе жетекшісі'][at % 3]!, claimedAt: new Date('2026-09-01'), answeredAt: new Date('2026-09-02'), endedAt: null,
    personId: `person-${at}`,
    certificate: {
      certificateId: id, personId: `person-${at}`, serial: `KZ-2026-${String(at + 1).padStart(6, '0')}`, code: '0'.repeat(27), statementHash: 'ab'.repeat(32),
      holderName: `${family[at % family.length]} ${given[(at * 3) % given.length]}`, titles: texts('БЖАИЖ', 'ИВБДВ', 'IMCI'), course: 'imci', edition: 2, certifies: true,
      issuedOn: '2026-03-10', expiresOn: '2029-03-10', state: 'valid', revokedOn: null, successor: null, renewedBy: null, ...values,
    },
  }
}

/** What a report is made of, with so many teachers, one in ten of them with a certificate in another state. */
export function aGround(people = 3, values: Partial<ReportGround> = {}): ReportGround {
  const mapped = { id: 'b', state: 'mapped' as const, on: '2026-03-02', correctsId: null }
  return {
    studyYear: 2026,
    college: { id: randomUUID(), regionCode: 'KZ-43', names: texts('Қызылорда медициналық жоғары колледжі', 'Кызылординский медицинский высший колледж', 'Kyzylorda Higher Medical College'), higher: true, closedAt: null, createdAt: new Date('2026-01-01') },
    region: { code: 'KZ-43', names: texts('Қызылорда облысы', 'Кызылординская область', 'Kyzylorda Region') },
    edition: {
      id: randomUUID(), course: 'imci', number: 2, titles: texts('Бала жасындағы ауруларды интеграциялап жүргізу (БЖАИЖ)', 'Интегрированное ведение болезней детского возраста (ИВБДВ)', 'Integrated management of childhood illness (IMCI)'),
      guideline: 'who-imci-2014', contentHash: 'cd'.repeat(32), kind: 'non-formal', hours: 40, validityMonths: 36, approval: { body: 'Республикалық денсаулық сақтауды дамыту орталығы', number: '7', date: '2026-01-20' },
      demonstration: false, publishedAt: new Date('2026-01-25'), publishedBy: null,
      outline: { guidelines: [{ id: 'who-imci-2014', titles: texts('ДДҰ БЖАИЖ нұсқаулығы, 2014', 'Руководство ВОЗ по ИВБДВ, 2014', 'WHO IMCI chart booklet, 2014'), year: 2014 }], academicHourMinutes: 45 },
    } as unknown as Edition,
    adoptionId: randomUUID(),
    reconfirmation: { edition: 3, due: '2026-12-20', overdue: false, answered: false },
    steps: [
      { id: 'a', state: 'received', on: '2026-02-02', facts: { version: '2.0.0', note: 'ішкі белгі' }, correctsId: null },
      { ...mapped, facts: { specialityCode: '09130100', speciality: 'Мейіргер ісі', semester: 5, theoryHours: 26, practiceHours: 14, lines: 2, lessons: 3, covered: 2, digest: 'ef'.repeat(32) } },
      { id: 'c', state: 'approved', on: '2026-06-15', facts: { order: '118', body: 'Педагогикалық кеңес' }, correctsId: null },
      { id: 'd', state: 'taught', on: '2025-10-10', facts: { studyYear: 2025, groups: 1, students: 24, hours: 40 }, correctsId: null },
      { id: 'e', state: 'taught', on: '2026-09-10', facts: { studyYear: 2026, groups: 2, students: 48, hours: 40 }, correctsId: null },
      { id: 'f', state: 'approved', on: '2026-06-15', facts: { order: '118-б', body: 'Педагогикалық кеңес' }, correctsId: 'c' },
    ],
    programme: {
      specialityCode: '09130100', speciality: 'Мейіргер ісі', qualification: 'Жалпы практика мейіргері', semester: 5, changedAt: new Date('2026-03-01'), digest: 'ef'.repeat(32),
      lines: [
        { title: 'Балалар ауруларындағы мейіргер ісі: ауырған баланы бағалау, жіктеу және емдеу', theoryHours: 20, practiceHours: 12, lessons: ['one'], competencies: [] },
        { title: 'Медициналық-санитариялық алғашқы көмек', theoryHours: 6, practiceHours: 2, lessons: ['two'], competencies: ['triage'] },
      ],
    },
    taught: {
      days: [{ day: 1, titles: texts('1-күн'), hours: 8, practiceHours: 2, objectives: [] }],
      lessons: ['one', 'two', 'three'].map((id, at) => ({ id, slug: id, day: 1, minutes: 45, kind: 'theory', titles: texts(`${at + 1}-сабақ`, `Урок ${at + 1}`, `Lesson ${at + 1}`) })),
      competencies: [{ id: 'triage', titles: texts('Іріктеу', 'Сортировка', 'Triage') }],
    },
    staff: Array.from({ length: people }, (_, at) => aMember(at, at % 10 === 9 ? { state: countedStates[(at / 10) % countedStates.length | 0]!, revokedOn: null } : {})),
    evidence: [
      { stepId: 'c', name: 'бұйрық 118-б 儿.pdf', type: 'application/pdf', bytes: 48_211, sha256: '12'.repeat(32) },
      { stepId: 'a', name: 'хат.jpg', type: 'image/jpeg', bytes: 1024, sha256: '34'.repeat(32) },
    ],
    ...values,
  }
}
