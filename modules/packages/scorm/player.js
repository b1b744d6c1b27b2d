// One day of a course inside a learning system that speaks SCORM 1.2: shows one page at a time, remembers the place, and hands
// over the score of the quiz. Without a system, or without this script, every page can still be read.
(() => {
  'use strict'
  const find = (from) => {
    for (let at = from, steps = 0; at && steps < 10; steps++) {
      try {
        if (at.API) return at.API
      } catch {
        return null // Another origin: there is no system to be found that way.
      }
      if (at.parent && at.parent !== at) at = at.parent
      else if (at.opener && at.opener !== at) at = at.opener
      else return null
    }
    return null
  }
  const api = find(window)
  const began = Date.now()
  const started = api !== null && String(api.LMSInitialize('')) === 'true'
  const get = (name) => (started ? String(api.LMSGetValue(name) ?? '') : '')
  const set = (name, value) => started && api.LMSSetValue(name, String(value))
  const commit = () => started && api.LMSCommit('')

  const pages = [...document.querySelectorAll('main > section')]
  const links = [...document.querySelectorAll('nav a')]
  /** What is kept between visits: which pages were opened, and the score. At most 4,096 characters; this takes about 60. */
  const kept = (() => {
    try {
      return JSON.parse(get('cmi.suspend_data') || '{}')
    } catch {
      return {}
    }
  })()
  const seen = new Set(Array.isArray(kept.seen) ? kept.seen.filter((one) => Number.isInteger(one)) : [])
  let score = typeof kept.score === 'number' ? kept.score : null
  const quiz = document.querySelector('form.quiz')

  const tell = () => {
    const whole = seen.size === pages.length && (!quiz || score !== null)
    set('cmi.suspend_data', JSON.stringify({ seen: [...seen], ...(score === null ? {} : { score }) }))
    if (score !== null) {
      set('cmi.core.score.min', 0)
      set('cmi.core.score.max', 100)
      set('cmi.core.score.raw', score)
    }
    set('cmi.core.lesson_status', whole ? 'completed' : 'incomplete')
    set('cmi.core.exit', whole ? '' : 'suspend')
    commit()
  }

  const show = (index, focus) => {
    pages.forEach((page, at) => (page.hidden = at !== index))
    links.forEach((link, at) => (at === index ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current')))
    seen.add(index)
    set('cmi.core.lesson_location', pages[index].id)
    tell()
    if (focus) {
      const head = pages[index].querySelector('h1, h2')
      head.tabIndex = -1
      head.focus()
      scrollTo(0, 0)
    }
  }
  links.forEach((link, index) => link.addEventListener('click', (event) => {
    event.preventDefault()
    show(index, true)
  }))
  document.addEventListener('click', (event) => {
    const way = event.target.closest('[data-way]')
    if (!way) return
    const here = pages.findIndex((page) => !page.hidden)
    show(Math.max(0, Math.min(pages.length - 1, here + Number(way.dataset.way))), true)
  })

  /** The share of a question that was answered rightly, from 0 to 1. */
  const share = (field) => {
    const key = JSON.parse(field.dataset.key)
    const values = [...field.querySelectorAll('input, select')]
    switch (field.dataset.kind) {
      case 'single':
        return values.some((one) => one.checked && one.value === key) ? 1 : 0
      case 'multiple': {
        const right = values.filter((one) => one.checked && key.includes(one.value)).length
        const wrong = values.filter((one) => one.checked && !key.includes(one.value)).length
        if (field.dataset.partly === undefined) return right === key.length && wrong === 0 ? 1 : 0
        return Math.max(0, right / key.length - wrong / Math.max(1, values.length - key.length))
      }
      case 'numeric': {
        const number = Number(values[0].value.trim().replace(',', '.'))
        return values[0].value.trim() !== '' && Math.abs(number - key.value) <= key.tolerance + 1e-9 ? 1 : 0
      }
      default: {
        const right = values.filter((one, index) => one.value === key[index]).length
        return field.dataset.partly === undefined ? (right === key.length ? 1 : 0) : right / key.length
      }
    }
  }
  quiz?.addEventListener('submit', (event) => {
    event.preventDefault()
    const fields = [...quiz.querySelectorAll('fieldset')]
    const shares = fields.map((field) => {
      const own = share(field)
      field.querySelector('.verdict').textContent = own === 1 ? quiz.dataset.right : quiz.dataset.wrong
      field.querySelector('.why').hidden = false
      return own
    })
    score = Math.round((100 * shares.reduce((sum, one) => sum + one, 0)) / fields.length)
    const result = quiz.querySelector('.result')
    result.textContent = quiz.dataset.result.replace('{score}', String(score))
    result.focus()
    tell()
  })

  document.documentElement.classList.add('live')
  const place = pages.findIndex((page) => page.id === get('cmi.core.lesson_location'))
  show(place < 0 ? 0 : place, false)

  let left = false
  const leave = () => {
    if (left || !started) return
    left = true
    const seconds = Math.round((Date.now() - began) / 1000)
    const two = (number) => String(number).padStart(2, '0')
    set('cmi.core.session_time', `${String(Math.floor(seconds / 3600)).padStart(4, '0')}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`)
    commit()
    api.LMSFinish('')
  }
  addEventListener('pagehide', leave)
  addEventListener('beforeunload', leave)
})()
