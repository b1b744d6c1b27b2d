import { fold } from './names.ts'

const latin: Record<string, string> = {
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ж: 'j', з: 'z', и: 'i', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't',
  у: 'u', ф: 'f', х: 'h', ц: 'ts', ч: 'ch', ш: 'sh', ы: 'i', э: 'e', ю: 'iu', я: 'ia',
}

/** Latin letters of Kazakh that are not what they look like without their mark. */
const marked: Record<string, string> = { ı: 'i', ş: 'sh', ç: 'ch', š: 'sh', č: 'ch', ž: 'j' }

/**
 * A text as search compares it: the same for Kazakh letters, for the Russian letters that people type in their place (қ/к,
 * ә/а, і/и, ғ/г, ң/н, ө/о, ұ and ү/у, һ/х, ё/е), and for Latin as it is typed in a hurry («қызба», «кызба», qyzba, kyzba and
 * qızba). More falls together than a dictionary would allow, ы and и for one: for finding, that is what is wanted. Words are
 * parted by one space.
 */
export function searchable(text: string): string {
  const lower = text.normalize('NFC').toLowerCase().replace(/[ışçščž]/g, (letter) => marked[letter]!)
  const cyrillic = fold(lower.replace(/[a-z\u00e0-\u024f]+/g, (word) => word.normalize('NFD').replace(/\p{M}/gu, '')))
  return cyrillic
    .replace(/[а-я]/g, (letter) => latin[letter] ?? letter)
    .replace(/shch/g, 'sh').replace(/zh/g, 'j').replace(/kh/g, 'h').replace(/gh/g, 'g')
    .replace(/q/g, 'k').replace(/w/g, 'u').replace(/x/g, 'h').replace(/[yi]+/g, 'i')
}
