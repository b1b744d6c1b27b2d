/**
 * A page of ours to go to next, or undefined. Only a path below a language passes, so that nobody is led away from here by
 * a link that carries a foreign address.
 */
export function nextPage(next: unknown): string | undefined {
  if (typeof next !== 'string' || next.length > 500 || !/^\/(kk|ru|en)(\/|\?|$)/.test(next) || /[\\\s]|\/\//.test(next)) return undefined
  const url = new URL(next, 'http://besik.invalid')
  return url.origin === 'http://besik.invalid' && !url.pathname.includes('//') ? url.pathname + url.search : undefined
}
