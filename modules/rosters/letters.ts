import iconv from 'iconv-lite'

// What letters tell about how a file was written. Pure; looks at the first characters only, which is plenty.

const enough = 400_000

/**
 * True when a text decoded from one-byte Cyrillic reads as names and titles do: nearly everything above ASCII is a letter
 * (or № « » — and the like), and capitals don't follow small letters inside words, as they do when KOI8-R or ISO 8859-5 is misread.
 */
export function readsAsNames(text: string): boolean {
  const sample = text.slice(0, enough)
  const above = sample.match(/[^\x00-\x7f]/g)?.length ?? 0
  const fit = sample.match(/[А-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІіЄєЇїҐґЎў]/g)?.length ?? 0
  const signs = sample.match(/[№«»–—“”„‘’\u00a0…]/g)?.length ?? 0
  if (above === 0 || (fit + signs) / above < 0.97) return false
  const words = sample.match(/[А-яЁё]{3,}/g) ?? []
  const inverted = words.filter((word) => /[а-яё][А-ЯЁ]/.test(word)).length
  return inverted <= words.length * 0.1
}

// The letters that stand where Windows-1251 has others. Kazakh ones by what may stand beside them.
const telling = /[ӘәҒғҚқҢңӨөҰұҮүҺһ]/g
const vowels = 'аәеёиоөуұүыіэюя'
const firmVowels = 'аәеёоөұүыіэ'

/**
 * Whether a text decoded as KZ-1048 is Kazakh (true) or something else in Windows-1251 (false); null when neither is likely.
 * In Kazakh, ә ө ұ ү stand beside no other full vowel, ғ stands beside a vowel, ң after one, and қ beside one or another
 * consonant but never between two that are not of its kind. Misread Ukrainian or Belarusian breaks this nearly always.
 */
export function looksKazakh(text: string): boolean | null {
  const sample = text.slice(0, enough).toLowerCase()
  let right = 0
  let wrong = 0
  for (const { 0: letter, index } of sample.matchAll(telling)) {
    const before = sample[index - 1] ?? ' '
    const after = sample[index + 1] ?? ' '
    if (fits(letter, before, after)) right++
    else wrong++
  }
  if (right >= wrong * 9) return true
  return wrong >= right ? false : null
}

function fits(letter: string, before: string, after: string): boolean {
  if ('әөұү'.includes(letter)) return !firmVowels.includes(before) && !firmVowels.includes(after) && /\p{L}/u.test(before + after)
  if (letter === 'ң') return vowels.includes(before)
  if (letter === 'ғ') return vowels.includes(before) || vowels.includes(after)
  return vowels.includes(before) || vowels.includes(after) || !/\p{L}/u.test(after)
}

/** True for UTF-8 that was read as Windows-1251, Windows-1252 or Latin-1 and saved again («РђР№РіТЇР»» for «Айгүл»). */
export function looksTwiceEncoded(text: string): boolean {
  const suspicious = text.match(/[РСТУ][\u0080-\u00bf\u0400-\u040f\u0450-\u045f\u0490\u0491‚„…†‡€‰‹‘’“”•–—™›№]|[ÐÑÒ][\u0080-\u00ff‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/g)?.length ?? 0
  if (suspicious < 3) return false
  // Cut at a line end, for a broken last letter would count as "not UTF-8".
  const sample = text.slice(0, text.lastIndexOf('\n', enough) + 1 || undefined)
  return ['win1251', 'win1252', 'latin1'].some((name) => {
    const again = iconv.encode(sample, name)
    return iconv.decode(again, name) === sample && isUtf8(again)
  }) || suspicious > (text.match(/[^\x00-\x7f]/g)?.length ?? 0) * 0.3
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
