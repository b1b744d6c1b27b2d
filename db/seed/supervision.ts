import type { Db } from '#db/client.ts'
import { daysAfter, recordSupervision, supervisionForm } from '#modules/followup/index.ts'
import { answers, staff } from './centreStaff.ts'

/** A log of supervision at four facilities: one of them is overdue, and one has nurses used for other duties. */
export async function superviseFacilities(db: Db, trainers: string[], centreId: string, facilityIds: string[], today: string) {
  const { checklist } = supervisionForm()
  const visits = [
    {
      at: 0,
      days: 100,
      no: 4,
      agreed: 'Айына бір рет қиын жағдайды бірге талдау; кестеге енгізу.',
      cases: 'Емізу қиындығы және анасының көңіл күйі төмендеген отбасы: жоспар мен кім баратыны келісілді.',
      next: 10,
      burnout: ['exhausted'],
      duties: 1,
    },
    {
      at: 0,
      days: 8,
      no: 9,
      agreed: 'Бірлескен сапар нәтижесін тоқсан соңында басшыға көрсету.',
      cases: 'Дамуы кешеуілдеген бала: психологпен бірге бару.',
      next: 92,
      burnout: [],
      duties: 0,
    },
    {
      at: 3,
      days: 60,
      no: 3,
      agreed: 'Таразы мен буклет сұрау; екі мейіргердің жүктемесін қайта бөлу.',
      cases: '',
      next: 30,
      burnout: ['exhausted', 'overtime', 'leaving'],
      duties: 2,
    },
    {
      at: 5,
      days: 20,
      no: 5,
      agreed: 'Патронаж мейіргерлерін тіркеу бөліміне ауыстырмау туралы бас дәрігермен келісілді.',
      cases: 'Үйінде қауіпсіздігі төмен отбасы: әлеуметтік қызметкермен бірге баруға келісілді.',
      next: 70,
      burnout: ['distant', 'overtime'],
      duties: 3,
    },
    { at: 7, days: 35, no: 2, agreed: 'Регидратация бұрышын қайта жабдықтау.', cases: '', next: undefined, burnout: [], duties: 0 },
  ]
  for (const [index, { at, days, no, agreed, cases, next, burnout, duties }] of visits.entries()) {
    const visitedOn = daysAfter(today, -days)
    await recordSupervision(db, staff(trainers[index % trainers.length]!, 'trainer', centreId), {
      centreId,
      facilityId: facilityIds[at % facilityIds.length]!,
      visitedOn,
      agreed,
      cases,
      burnout,
      otherDuties: duties,
      checklist: answers(checklist, (n) => (n + index) % no === no - 1),
      ...(next ? { nextOn: daysAfter(visitedOn, next) } : {}),
    })
  }
}
