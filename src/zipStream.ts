import { Zip, ZipPassThrough } from 'fflate'

/**
 * Files as a ZIP archive that is written while it is sent: the next file is read when the reader has taken the last, so that
 * the size of the archive does not matter. Nothing is packed again, for PDFs are packed inside.
 */
export function zipStream(files: AsyncGenerator<{ name: string; bytes: Uint8Array }>, at: Date): ReadableStream<Uint8Array> {
  const ready: Uint8Array[] = []
  const archive = new Zip((error, chunk) => {
    if (error) throw error
    ready.push(chunk)
  })
  let ended = false
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (ready.length === 0 && !ended) {
        const { value, done } = await files.next()
        if (done) {
          ended = true
          archive.end()
          break
        }
        const entry = new ZipPassThrough(value.name)
        entry.mtime = at
        archive.add(entry)
        entry.push(value.bytes, true)
      }
      for (const chunk of ready.splice(0)) controller.enqueue(chunk)
      if (ended) controller.close()
    },
    cancel: () => void files.return(undefined),
  }, { highWaterMark: 1 })
}
