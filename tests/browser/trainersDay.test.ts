import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { openDatabase } from '#db/client.ts'
import { centres } from '#db/schema/index.ts'
import { contentFolder, readCourse } from '#modules/courses/index.ts'
import { copyDemonstration, startServer } from '#tests/server.ts'
import { overflow } from './axe.ts'
import { able, describe, expect, needs, test } from './browser.ts'
import { openClass } from './class.ts'

// A trainer's day on a phone: who is there, what they can do, what they have seen. It is always morning at this centre, whatever the
// clock says where the test runs, for people check in while they are in class.

const morning = () => {
  const ahead = ((9 - new Date().getUTCHours() + 36) % 24) - 12
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
}
const colleagues = [['Қасымова', 'Жадыра'], ['Төлегенов', 'Ернар']] as const

describe.skipIf(!able)(`a trainer’s day on a phone${needs}`, () => {
  test('self check-in, attendance with and without a network, a station, the logbook', async ({ arrive }) => {
    const folder = mkdtempSync(join(tmpdir(), 'besik-day-'))
    try {
      copyDemonstration(join(folder, 'data'))
      const database = await openDatabase({ databaseUrl: undefined, dataDir: join(folder, 'data') })
      await database.db.update(centres).set({ timeZone: morning() }).where(eq(centres.regionCode, 'KZ-43'))
      await database.close()
      await using server = await startServer({ DATA_DIR: join(folder, 'data') })
      const own = await openClass(server, 'imci', 'kk')
      const whole = `${own.names.family} ${own.names.given}`
      const { coordinator, cohort } = own
      const calls = async (method: string, path: string, json?: unknown) => {
        const { status, body } = await coordinator.call(method, path, json)
        if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`)
        return body as { id: string }
      }
      for (const [family, given] of colleagues) {
        const { id } = await calls('POST', '/persons', { names: { family, given }, locale: 'kk', role: 'trainee', profession: 'midwife' })
        await calls('POST', `/cohorts/${cohort}/enrolments`, { personId: id })
      }
      const trainee = await arrive(server, { locale: 'kk', width: 360, still: true })
      await trainee.signIn(own.login, own.password)
      await trainee.open(`/cohorts/${cohort}`)
      await trainee.press('cohort.join.seat')
      await calls('POST', `/cohorts/${cohort}/state`, { to: 'running' })

      // The code on the trainer's screen, and a trainee who types it.
      const trainer = await arrive(server, { locale: 'kk', width: 360, still: true })
      await trainer.signIn('trainer@demo.kz')
      await trainer.open(`/centre/cohorts/${cohort}`)
      await trainer.go('cohort.nav.classes')
      const sheet = trainer.path
      await trainer.go('check-in.nav')
      await trainer.sees('check-in.screen.here', { here: 0, seated: 3 })
      const [, first, second] = /(\d{3})\s*(\d{3})/.exec(await trainer.page.getByRole('main').innerText())!
      await trainee.open('/check-in')
      await trainee.field('check-in.mine.code').fill(`${first}${second}`)
      await trainee.press('check-in.mine.go')
      expect((await trainee.shows('check-in.flash.present')) || (await trainee.shows('check-in.flash.late'))).toBe(true)
      await trainer.page.reload()
      await trainer.sees('check-in.screen.here', { here: 1, seated: 3 })

      // The class is marked, the last person at the bedside without a network.
      await trainer.open(sheet)
      const marks = trainer.page.getByRole('group', { name: trainer.t('attendance.am') })
      const mark = (name: string, what: 'present' | 'absent') => marks.filter({ hasText: name }).getByRole('radio', { name: trainer.t(`attendance.mark.${what}`), exact: true })
      await mark(colleagues[0][0], 'present').check()
      await trainer.sees('attendance.saved')
      await trainer.context.setOffline(true)
      await mark(colleagues[1][0], 'absent').check()
      await trainer.sees('attendance.offline', { n: 1 })
      const kept = async () => ((await trainer.send('GET', `/cohorts/${cohort}/attendance`)) as { marks: { half: string; mark: string }[] }).marks.map((one) => one.mark).toSorted()
      await trainer.context.setOffline(false)
      await trainer.sees('attendance.saved')
      const there = (await kept()).filter((one) => one !== 'late')
      expect(there.length + (await kept()).filter((one) => one === 'late').length).toBe(3)
      expect(there).toContain('absent')

      // A station, step by step.
      const { stations } = readCourse(contentFolder(), 'imci')
      const station = stations.find((one) => one.station === 'counting-breaths')!
      await trainer.open(`/centre/cohorts/${cohort}`)
      await trainer.go('cohort.nav.progress')
      await trainer.follow(trainer.page.getByRole('link', { name: `${whole}, ${station.titles.kk}` }))
      for (const [index, step] of station.steps.entries()) {
        await trainer.choose(trainer.page.getByRole('group', { name: `${index + 1}. ${step.text.kk}`, exact: true }).getByRole('radio', { name: trainer.t('sheet.done'), exact: true }))
      }
      await trainer.press('sheet.save')
      await trainer.sees('station.passed')

      // A child whom the trainee saw: written down, gone over together, confirmed.
      await trainee.open('/learn/logbook')
      await trainee.field('case.age.child').check()
      await trainee.press('logbook.save')
      await trainee.sees('logbook.waiting', { n: 1 })
      await trainer.open(`/centre/cohorts/${cohort}/skills/logbook`)
      await trainer.press('logbook.confirm', { n: 1 })
      await trainer.sees('logbook.confirmed')
      await trainee.open('/learn/logbook')
      await trainee.sees('logbook.state.confirmed')
      for (const reader of [trainer, trainee]) expect(await overflow(reader)).toBe(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
