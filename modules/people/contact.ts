/**
 * A phone number in the international form `+77050289896`, from how people write it: +7 705 028 98 96, 8 (705) 028-98-96,
 * 7050289896; a foreign one begins with +. Null when it can't be one.
 */
export function normalisePhone(text: string): string | null {
  const bare = text.normalize('NFKC').replace(/[\s\u00a0().‐-―-]+/g, '')
  if (/^\+[1-9][0-9]{7,14}$/.test(bare)) return bare.startsWith('+7') && bare.length !== 12 ? null : bare
  if (/^[78][0-9]{10}$/.test(bare)) return `+7${bare.slice(1)}`
  if (/^7[0-9]{9}$/.test(bare)) return `+7${bare}`
  return null
}

/** An e-mail address in lower case, or null when it can't be one. */
export function normaliseEmail(text: string): string | null {
  const bare = text.normalize('NFKC').trim().toLowerCase()
  return bare.length <= 254 && /^[^\s@<>()[\]\\,;:"'\p{Cc}\p{Cf}]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/u.test(bare) ? bare : null
}

const latin = /\p{Script=Latin}/u
const cyrillic = /\p{Script=Cyrillic}/u

/**
 * What is wrong with a part of a name, as a key under `field.`: characters that no name has (a `?` is a letter lost by the
 * wrong encoding), or Latin and Cyrillic letters in one word, which look alike and are never found again. Null when fine.
 */
export function nameProblem(text: string): 'field.name-characters' | 'field.mixed-scripts' | null {
  if (!/^\p{L}[\p{L}\p{M}'’ʼ.‐-― -]*$/u.test(text) || /\p{M}{4}/u.test(text)) return 'field.name-characters'
  return text.split(/[\s‐-―-]/).some((word) => latin.test(word) && cyrillic.test(word)) ? 'field.mixed-scripts' : null
}

/** The name of a browser and system, to recognise one's own sessions by; nothing finer is kept. */
export function browserName(userAgent: string | null | undefined): string {
  const agent = userAgent ?? ''
  const browser = [['Edg', 'Edge'], ['OPR', 'Opera'], ['YaBrowser', 'Yandex'], ['SamsungBrowser', 'Samsung Internet'], ['Firefox', 'Firefox'], ['Chrome', 'Chrome'], ['Safari', 'Safari']].find(([mark]) => agent.includes(mark!))?.[1]
  const system = [['Android', 'Android'], ['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Windows', 'Windows'], ['Mac OS', 'macOS'], ['Linux', 'Linux']].find(([mark]) => agent.includes(mark!))?.[1]
  return [browser, system].filter(Boolean).join(', ')
}
