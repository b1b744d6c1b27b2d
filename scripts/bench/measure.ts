import autocannon from 'autocannon'

/** One line of the report: a figure, what it is compared with in the same run, and the ratio of the two. */
export type Row = {
  what: string
  database: 'embedded' | 'postgresql' | '-'
  measured: number
  baseline: number | null
  unit: string
  ratio: number | null
  goal: string
}

const round = (value: number) => (value >= 100 ? Math.round(value) : Math.round(value * 100) / 100)

export const row = (what: string, database: Row['database'], measured: number, baseline: number | null, unit: string, goal: string): Row => ({
  what, database, measured: round(measured), baseline: baseline === null ? null : round(baseline), unit, ratio: baseline ? Math.round((measured / baseline) * 1000) / 1000 : null, goal,
})

/** Requests a second that a server answers with 200 to 16 connections; throws when it answers anything else. */
export async function requestsPerSecond(url: string, headers: Record<string, string>, seconds = 4): Promise<number> {
  await autocannon({ url, headers, connections: 16, duration: 1 })
  const result = await autocannon({ url, headers, connections: 16, duration: seconds })
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} answers were not 200 and ${result.errors} failed at ${url}`)
  return result.requests.average
}

/** Pieces of work a second, sixteen at once. The first of them, a server that has just started with them, are not measured. */
export async function perSecond(pieces: number, work: (index: number) => Promise<unknown>, unmeasured = Math.floor(pieces / 3)): Promise<number> {
  let next = 0
  const through = (end: number) =>
    Promise.all(Array.from({ length: 16 }, async () => {
      while (next < end) await work(next++)
    }))
  await through(unmeasured)
  const started = performance.now()
  await through(pieces)
  return (pieces - unmeasured) / ((performance.now() - started) / 1000)
}
