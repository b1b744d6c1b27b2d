import { zlibSync } from 'fflate'

/** How an object is named where another refers to it. */
export type Ref = `${number} 0 R`

/**
 * A PDF file while it is written (ISO 32000-1, 7.5): objects one after another, in the order in which they are added, and a
 * table of where each begins. Nothing in it depends on time, chance or the machine: streams are packed in JavaScript, for the
 * deflate of another build of Node may choose other bytes.
 */
export function newPaper() {
  const objects: (Uint8Array | undefined)[] = []
  const put = (number: number, body: string | Uint8Array) => {
    objects[number - 1] = typeof body === 'string' ? Buffer.from(body, 'latin1') : body
    return `${number} 0 R` as Ref
  }
  return {
    /** An object whose content is known only later; `put` it with the number. */
    reserve: () => objects.push(undefined),
    put,
    add: (body: string | Uint8Array) => put(objects.push(undefined), body),
    finish({ root, info, id }: { root: Ref; info: Ref; id: string }): Buffer {
      const written: Uint8Array[] = [header]
      const offsets: number[] = []
      let length = header.length
      const write = (bytes: Uint8Array) => {
        written.push(bytes)
        length += bytes.length
      }
      for (const [index, body] of objects.entries()) {
        if (!body) throw new Error(`object ${index + 1} of the paper was promised and never written`)
        offsets.push(length)
        write(Buffer.from(`${index + 1} 0 obj\n`, 'latin1'))
        write(body)
        write(end)
      }
      const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
      const trailer = `trailer\n<< /Size ${objects.length + 1} /Root ${root} /Info ${info} /ID [<${id}> <${id}>] >>\nstartxref\n${length}\n%%EOF\n`
      return Buffer.concat([...written, Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}`, 'latin1')])
    },
  }
}
export type Paper = ReturnType<typeof newPaper>

// Four bytes above 127 tell those who carry files that it is not text.
const header = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')
const end = Buffer.from('\nendobj\n', 'latin1')

/**
 * The content of a stream, packed. What is the same in every document is packed once. Level 5 is as small as 6 here, to a
 * hundredth, and takes two thirds of the time.
 */
export const pack = (content: string | Uint8Array): Uint8Array => zlibSync(typeof content === 'string' ? Buffer.from(content, 'latin1') : content, { level: 5 })

/** A packed stream as the body of an object; `entries` are those of its dictionary besides length and filter. */
export const stream = (packed: Uint8Array, entries = ''): Buffer =>
  Buffer.concat([Buffer.from(`<< ${entries} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`, 'latin1'), packed, Buffer.from('\nendstream', 'latin1')])

/** A stream that is left as it is, for readers that look for it without unpacking. */
export const plainStream = (content: Buffer, entries: string): Buffer =>
  Buffer.concat([Buffer.from(`<< ${entries} /Length ${content.length} >>\nstream\n`, 'latin1'), content, Buffer.from('\nendstream', 'latin1')])

/** A text for people, in UTF-16 as PDF has it outside of pages. */
export const text = (value: string) => `<feff${Buffer.from(value, 'utf16le').swap16().toString('hex')}>`

/** A day as PDF writes it: its midnight in UTC. */
export const dayAs = (day: string) => `(D:${day.replaceAll('-', '')}000000Z)`
