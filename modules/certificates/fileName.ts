const latin: Record<string, string> = {
  а: 'a', ә: 'a', б: 'b', в: 'v', г: 'g', ғ: 'g', д: 'd', е: 'e', ё: 'yo', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', қ: 'k', л: 'l', м: 'm', н: 'n', ң: 'n', о: 'o', ө: 'o', п: 'p', р: 'r',
  с: 's', т: 't', у: 'u', ұ: 'u', ү: 'u', ф: 'f', х: 'kh', һ: 'h', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ъ: '', ы: 'y', і: 'i', ь: '', э: 'e', ю: 'yu', я: 'ya',
  ı: 'i', ł: 'l', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ß: 'ss', æ: 'ae', œ: 'oe',
}

/**
 * What a certificate's file is called where others' stand beside it: the serial, then the name in plain Latin letters, so that
 * no file system, archive or mail program stumbles. The letters are for people to find a file by, not a transliteration that
 * anybody prescribes.
 */
export function fileName({ serial, holderName }: { serial: string; holderName: string }): string {
  const letters = [...holderName.toLowerCase()].map((letter) => latin[letter] ?? letter.normalize('NFD').replace(/\p{M}/gu, '')).join('')
  const words = letters.split(/[^a-z]+/).filter(Boolean).map((word) => word[0]!.toUpperCase() + word.slice(1))
  return `${[serial, ...words].join('-').slice(0, 100).replace(/-$/, '')}.pdf`
}
