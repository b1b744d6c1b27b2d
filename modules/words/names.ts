/** Surname, given name and patronymic, if there is one, in the order of Kazakh and Russian documents. */
export const fullName = (person: { familyName: string; givenName: string; patronymic?: string | null }) =>
  [person.familyName, person.givenName, person.patronymic].filter(Boolean).join(' ')

const letters: Record<string, string> = {
  ә: 'а', ғ: 'г', қ: 'к', ң: 'н', ө: 'о', ұ: 'у', ү: 'у', һ: 'х', і: 'и', ё: 'е', й: 'и', щ: 'ш', ъ: '', ь: '',
}

/**
 * Folds a name for search: lower case, Kazakh letters to their Russian look-alikes, one space, no marks. «Құдайберген»,
 * «Кудайберген» and « ҚҰДАЙБЕРГЕН » fold to the same text.
 */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/[әғқңөұүһіёйщъь]/g, (letter) => letters[letter]!).replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
}
