import { Refusal } from '#modules/refusal.ts'
import { makePackage, type Making, rememberBooks } from './make.ts'
import type { Answer } from './makeApart.ts'

// The process in which a server has its packages made: it has the processor's idle time and a memory of its own.

const read = rememberBooks()

process.on('message', (making: Making) => {
  void makePackage(making, read)
    .then((made): Answer => ({ made, megabytes: Math.round(process.memoryUsage.rss() / 1_000_000) }), (error: unknown): Answer => (error instanceof Refusal ? { refusal: { code: error.code, facts: error.facts } } : { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
    .then((answer) => process.send!(answer))
})
// The server is gone, whatever way it went.
process.on('disconnect', () => process.exit())
