import { getActionContext } from 'astro:actions'
import { defineMiddleware } from 'astro:middleware'
import { environment } from '#db/environment.ts'
import { sharedDatabase } from '#db/client.ts'
import { isUnavailable } from '#db/transact.ts'
import { faultOf } from '#db/fault.ts'
import { visitor } from '#modules/actor.ts'
import { readingOf } from '#modules/courses/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { isLocale, type Key, t, translator } from '#modules/words/index.ts'
import type { Done } from './actions/ask.ts'
import { around } from './around.ts'
import { noteDenial } from './denied.ts'
import { openInDevelopment } from './development.ts'
import { enter } from './doors.ts'
import { identify } from './identify.ts'
import { plainPage } from './plainPage.ts'
import { fillShell, keepShell, lessonPattern } from './lessonShells.ts'
import { preferredLocale } from './preferredLocale.ts'
import { cookieAttributes, cookieName, type SignedIn } from './signedIn.ts'
import { statusOf } from './status.ts'
import { log } from './log.ts'
import { isSynthetic } from './synthetic.ts'
import { unreachablePage } from './unreachablePage.ts'

const flashCookie = 'besik-flash'

type Context = Parameters<Parameters<typeof defineMiddleware>[0]>[0]

/** The way of every request for a page: who is it, may they enter, run the form, render, and turn refusals into pages. */
export const onRequest = defineMiddleware(async (context, next) => {
  const { locals, request, params, routePattern } = context
  if (context.isPrerendered) return onPaper(context, next)
  if (import.meta.env.DEV) await openInDevelopment()
  const known = around.getStore() ?? { requestId: crypto.randomUUID(), address: '', route: '' }
  known.route = routePattern
  locals.requestId = known.requestId
  locals.address = known.address
  locals.environment = environment()
  const { db, reports } = sharedDatabase()
  locals.db = db
  locals.reports = reports
  // Also for an address that leads nowhere.
  const wanted = context.url.pathname.split('/', 2)[1]
  locals.locale = isLocale(wanted) ? wanted : preferredLocale(request.headers.get('accept-language'))
  locals.t = translator(locals.locale)
  locals.actor = visitor
  locals.person = null
  locals.form = null
  locals.flash = null
  locals.synthetic = false

  try {
    if (routePattern === '/404' || routePattern === '/500' || routePattern.startsWith('/_') || (params['locale'] !== undefined && !isLocale(params['locale']))) {
      return plainPage(locals.locale, routePattern === '/500' ? 500 : 404, locals.requestId)
    }
    await recognise(context)
    locals.synthetic = await isSynthetic(db)

    const entry = enter(routePattern, locals.actor)
    if (entry === 'nowhere') return plainPage(locals.locale, 404, locals.requestId)
    if (entry === 'sign-in') return context.redirect(`/${locals.locale}/sign-in?next=${encodeURIComponent(context.url.pathname + context.url.search)}`, 303)
    if ((locals.person as SignedIn | null)?.mustSetUpSecondFactor && !/^\/\[locale\]\/(account|sign-in)/.test(routePattern)) return context.redirect(`/${locals.locale}/account/second-factor`, 303)
    if (entry === 'no') {
      await noteDenial(locals, `${request.method} ${routePattern}`, 'permission.denied')
      return plainPage(locals.locale, 403, locals.requestId)
    }

    takeFlash(context)
    const { action, setActionResult, serializeActionResult } = getActionContext(context)
    if (action?.calledFrom === 'form') {
      const result = await action.handler().catch(() => {
        // The body itself could not be read: broken multipart, for one.
        if (locals.failure) throw locals.failure
        throw new Refusal('input.malformed')
      })
      if (!result.error) {
        const answer = onwards(context, result.data as Done)
        // What this browser kept of the pages of somebody who has left.
        if (action.name === 'people.signOut') answer.headers.set('Clear-Site-Data', '"cache"')
        return answer
      }
      if (locals.failure) throw locals.failure
      const form = locals.form as FormState | null
      if (!form) throw new Refusal('input.malformed')
      // Dangerous steps ask for the password again, then come back here.
      if (form.code === 'permission.step-up-needed') return context.redirect(`/${locals.locale}/account/step-up?next=${encodeURIComponent(context.url.pathname)}`, 303)
      await noteDenial(locals, action.name, form.code)
      form.action = action.name
      setActionResult(action.name, serializeActionResult(result))
      const page = await next()
      return new Response(page.body, { status: form.status, headers: page.headers })
    }
    if (routePattern === lessonPattern && request.method === 'GET' && locals.person && !locals.flash && context.url.search === '') return finish(await lessonPage(context, next), locals)
    return finish(await next(), locals)
  } catch (error) {
    if (error instanceof Refusal) await noteDenial(locals, `${request.method} ${routePattern}`, error.code)
    return refuse(error, locals, routePattern)
  }
})

/** At build: nobody is asking and there is no database, only a language. */
function onPaper({ locals, params }: Context, next: () => Promise<Response>) {
  locals.locale = isLocale(params['locale']) ? params['locale'] : 'en'
  locals.t = translator(locals.locale)
  return next()
}

/** Renders a lesson once for everybody with these roles and fills it for this reader; from then on the server does it alone. */
async function lessonPage(context: Context, next: () => Promise<Response>): Promise<Response> {
  const { locals, url } = context
  const { actor, locale } = locals
  const person = locals.person!
  locals.shell = true
  const page = await next()
  const facts = locals.shellFacts
  if (page.status !== 200 || !facts) return page
  const shell = keepShell(url.pathname, actor, locals.facilitator === true, await page.text(), { locale, ...facts })
  // The page's own length is the shell's, not this reader's.
  page.headers.delete('Content-Length')
  return new Response(fillShell(shell, person, await readingOf(locals.db, actor, facts), false), { headers: page.headers })
}

/** Puts into `locals` who is asking, and takes back a cookie that belongs to nobody any more. */
async function recognise({ locals, cookies }: Context) {
  const name = cookieName(locals.environment.origin)
  const { actor, person, token } = await identify(locals.db, cookies.get(name)?.value ?? null)
  locals.actor = actor
  locals.person = person
  if (token && !person) cookies.delete(name, cookieAttributes(locals.environment.origin))
}

/** Post, redirect, get: a reload after a form never sends it again. */
function onwards(context: Context, done: Done) {
  const { locals, cookies, url } = context
  if (done.flash) cookies.set(flashCookie, done.flash, { ...cookieAttributes(locals.environment.origin), maxAge: 60 })
  const back = new URL(url)
  back.searchParams.delete('_action')
  return context.redirect(done.to ?? back.pathname + back.search, 303)
}

function takeFlash({ cookies, locals, request }: Context) {
  const key = cookies.get(flashCookie)?.value
  if (!key || request.method !== 'GET') return
  cookies.delete(flashCookie, cookieAttributes(locals.environment.origin))
  try {
    locals.flash = t(locals.locale, key as Key)
  } catch {
    // Somebody else's cookie: there is nothing to say.
  }
}

function finish(page: Response, locals: App.Locals) {
  if (!page.headers.has('Cache-Control')) page.headers.set('Cache-Control', locals.person ? 'no-store' : 'no-cache')
  return page
}

/** Where people check certificates: a failure there must not read like an answer. */
const isCheck = (routePattern: string) => /^\/(\[locale\]\/verify|v)(\/|$)/.test(routePattern)

function refuse(error: unknown, locals: App.Locals, routePattern: string): Response {
  const known = error instanceof Refusal
  const status = known ? statusOf(error.code) : isUnavailable(error) ? 503 : 500
  if (!known) log({ level: status === 503 ? 'warn' : 'error', event: 'page.failed', requestId: locals.requestId, error: status === 503 ? 'database unavailable' : faultOf(error) })
  if (!known && isCheck(routePattern)) return unreachablePage(locals.locale, locals.environment.origin, locals.requestId)
  return plainPage(locals.locale, status, locals.requestId, known ? t(locals.locale, `refusal.${error.code}`, error.facts) : undefined)
}
