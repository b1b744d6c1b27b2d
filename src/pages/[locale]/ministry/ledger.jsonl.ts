import type { APIRoute } from 'astro'
import { exportLedger } from '#modules/ledger/index.ts'

/** Every entry as JSON lines, streamed. A POST, for the ledger tells of every export. */
export const POST: APIRoute = async ({ locals: { db, actor } }) => {
  const { lines, rows } = await exportLedger(db, actor, {})
  const encoder = new TextEncoder()
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await lines.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: () => void lines.return(undefined),
  })
  return new Response(stream, { headers: { 'Content-Type': 'application/jsonl; charset=utf-8', 'Content-Disposition': `attachment; filename="besik-ledger-${rows}.jsonl"`, 'Cache-Control': 'no-store' } })
}
