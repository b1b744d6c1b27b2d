import { type Key, type Locale, locales, t } from '#modules/words/index.ts'

export const escape = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

const known = new Set([400, 403, 404, 405, 409, 411, 413, 415, 421, 429, 431, 500, 503])

/** Text of a page that needs neither database nor session nor build: for refusals of the server itself and for its bad days. */
export function plainHtml(locale: Locale, status: number, requestId: string, sentence?: string): string {
  const kind = known.has(status) ? status : status < 500 ? 400 : 500
  const title = t(locale, `plain.${kind}.title` as Key)
  const text = sentence ?? t(locale, `plain.${kind}.text` as Key)
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">
<title>${escape(title)} · Besik</title><link rel="stylesheet" href="/plain.css"><link rel="icon" href="/icon.svg" type="image/svg+xml"></head>
<body><header><a href="/${locale}">Besik</a><nav aria-label="${escape(t(locale, 'layout.languages'))}">${locales.map((one) => `<a href="/${one}" lang="${one}" hreflang="${one}">${t(one, 'layout.language')}</a>`).join(' ')}</nav></header>
<main><h1>${escape(title)}</h1><p>${escape(text)}</p><p><a href="/${locale}">${escape(t(locale, 'plain.home'))}</a></p><p><small>${escape(t(locale, 'plain.request', { id: requestId }))}</small></p></main></body></html>`
}

/** The same as a response. */
export function plainPage(locale: Locale, status: number, requestId: string, sentence?: string): Response {
  return new Response(plainHtml(locale, status, requestId, sentence), {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store', ...(status === 503 ? { 'Retry-After': '5' } : {}) },
  })
}
