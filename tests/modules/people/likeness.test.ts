import { type Likened, likeness, likelyFrom, possibleFrom } from '#modules/people/likeness.ts'
import { describe, expect, test } from 'vitest'

const nurse: Likened = { familyKey: 'ospan', givenKey: 'aigul', patronymicKey: 'marat', sex: 'female', profession: 'patronage-nurse', facilityId: 'a', regionCode: 'KZ-43', email: null, hasIin: false }
const elsewhere = { facilityId: 'b', regionCode: 'KZ-75' }

describe('how alike two records are', () => {
  test.for<[string, Partial<Likened>, Partial<Likened>, 'likely' | 'possible' | null, string[]?]>([
    ['the same in everything', {}, {}, 'likely', ['name', 'facility', 'profession']],
    ['the same, one with an IIN', { hasIin: true }, {}, 'likely'],
    ['two IINs are two people', { hasIin: true }, { hasIin: true }, null],
    ['the same names in another region', {}, elsewhere, 'likely', ['name', 'profession']],
    ['the same names in another region and profession', {}, { ...elsewhere, profession: 'midwife' }, 'possible'],
    ['no patronymic in one, the same facility', { patronymicKey: null }, {}, 'likely', ['name', 'no-patronymic', 'facility', 'profession']],
    ['no patronymic in either, the same region', { patronymicKey: null }, { patronymicKey: null, facilityId: 'b' }, 'likely', ['name', 'no-patronymic', 'region', 'profession']],
    ['no patronymic, another profession, the same region', { patronymicKey: null }, { facilityId: 'b', profession: 'midwife' }, 'possible'],
    ['no patronymic, another region', { patronymicKey: null }, elsewhere, 'possible'],
    ['no patronymic, another region and profession', { patronymicKey: null }, { ...elsewhere, profession: 'midwife' }, null],
    ['nothing known but the names', { sex: null, profession: null, facilityId: null, regionCode: null }, { sex: null, profession: null, facilityId: null, regionCode: null }, 'likely', ['name']],
    ['another father', {}, { patronymicKey: 'serik' }, null],
    ['another given name', {}, { givenKey: 'aigerim' }, null],
    ['a man and a woman', {}, { sex: 'male' }, null],
    ['married: another family name, the same facility and profession', {}, { familyKey: 'serik' }, 'possible', ['other-family', 'facility', 'profession']],
    ['married, the same mailbox at another provider', { email: 'aigul.m@mail.kz', facilityId: null, regionCode: null }, { familyKey: 'serik', email: 'Aigulm@example.kz' }, 'likely', ['other-family', 'profession', 'mailbox']],
    ['married, the mailbox bears the former name, the same facility', {}, { familyKey: 'serik', email: 'ospanova.a@example.kz' }, 'likely', ['other-family', 'facility', 'profession', 'mailbox-name']],
    ['another family name and nothing that ties the two', {}, { familyKey: 'serik', facilityId: 'b' }, null],
    ['another family name without a patronymic', { patronymicKey: null }, { familyKey: 'serik' }, null],
    ['men do not change theirs', { sex: 'male' }, { sex: 'male', familyKey: 'serik' }, null],
    ['a mailbox of three letters tells nothing', { email: 'abc@mail.kz', facilityId: null }, { familyKey: 'serik', email: 'abc@example.kz' }, null],
    ['names without a letter are nobody’s', { givenKey: '' }, { givenKey: '' }, null],
  ])('%s', ([, one, other, level, reasons]) => {
    const [a, b] = [{ ...nurse, ...one }, { ...nurse, ...other }]
    const told = likeness(a, b)
    expect(told?.level ?? null, `${told?.score}`).toBe(level)
    if (reasons) expect(told!.reasons).toEqual(reasons)
    if (told) expect(told.score >= likelyFrom).toBe(told.level === 'likely')
    expect(told === null || told.score >= possibleFrom).toBe(true)
    // Likeness has no direction.
    expect(likeness(b, a)).toEqual(told)
  })
})
