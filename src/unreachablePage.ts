import { type Locale, locales, moment, t } from '#modules/words/index.ts'
import { escape } from './plainPage.ts'

/**
 * What a check answers while the register can't: neither “valid” nor “not found”, which a reader would take for an answer. It
 * needs neither database nor ledger, and has a word, a shape and a colour that no state of a certificate has.
 */
export function unreachablePage(locale: Locale, origin: string, requestId: string): Response {
  const say = (key: Parameters<typeof t>[1], facts?: Parameters<typeof t>[2]) => escape(t(locale, key, facts))
  const html = `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">
<title>${say('verify.unreachable')} · Besik</title><link rel="stylesheet" href="/plain.css"><link rel="icon" href="/icon.svg" type="image/svg+xml"></head>
<body><header><a href="/${locale}">Besik</a><nav aria-label="${say('layout.languages')}">${locales.map((one) => `<a href="/${one}/verify" lang="${one}" hreflang="${one}">${escape(t(one, 'layout.language'))}</a>`).join(' ')}</nav></header>
<main class="check"><section class="unreachable" data-state="unreachable">
<svg width="72" height="72" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><path d="M9 3v5M15 3v5M6 8h12v3a6 6 0 01-8.5 5.4M12 17v4M3 3l18 18"/></svg>
<div><h1>${say('verify.unreachable')}</h1><p>${say('verify.unreachable.text')}</p></div></section>
<p>${say('verify.unreachable.tried', { at: moment(locale, new Date()) })}</p>
<p><a href="">${say('verify.unreachable.again')}</a></p>
<p>${say('verify.look-alike')} <code>${escape(origin)}/</code></p>
<p><small>${say('plain.request', { id: requestId })}</small></p></main></body></html>`
  return new Response(html, {
    status: 503,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex', 'Retry-After': '30' },
  })
}
