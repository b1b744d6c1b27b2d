import { zipSync } from 'fflate'

/** Files of a package by their path. Their order here is their order in the file. */
export type Files = Map<string, Uint8Array | string>

/** The same files give the same bytes on every day and machine: a fixed date (the earliest a ZIP can tell), no owner, one level. `stored` are kept unpacked, as EPUB asks of its first file. */
export function zip(files: Files, stored: readonly string[] = []): Uint8Array {
  const entries: Parameters<typeof zipSync>[0] = {}
  for (const [path, content] of files) {
    if (path.startsWith('/') || path.split('/').includes('..')) throw new Error(`a package can't hold ${path}`)
    entries[path] = [typeof content === 'string' ? Buffer.from(content, 'utf8') : content, { level: stored.includes(path) ? 0 : 9, mtime: '1980-01-01T00:00:00', os: 3 }]
  }
  return zipSync(entries)
}
