// What a page keeps on this device: JSON under names such as `besik:sheet:<owner>:<cohort>:…`, made of ids only, never of people's
// names. A private window or a full disk keeps nothing; then nothing here throws, and nothing may be called kept.

const nameOf = (parts: readonly string[]) => ['besik', ...parts].join(':')

export function readKept<Kept>(...parts: string[]): Kept | undefined {
  try {
    return (JSON.parse(localStorage.getItem(nameOf(parts)) ?? 'null') as Kept | null) ?? undefined
  } catch {
    return undefined
  }
}

/** Answers false when the device keeps nothing. */
export function keep(value: unknown, ...parts: string[]): boolean {
  try {
    localStorage.setItem(nameOf(parts), JSON.stringify(value))
    return true
  } catch {
    return false
  }
}

export function forget(...parts: string[]) {
  try {
    localStorage.removeItem(nameOf(parts))
  } catch {
    // Nothing was kept.
  }
}

/** The rest of every name that begins with these parts. */
export function keptUnder(...parts: string[]): string[][] {
  const start = `${nameOf(parts)}:`
  try {
    return Object.keys(localStorage).flatMap((name) => (name.startsWith(start) ? [name.slice(start.length).split(':')] : []))
  } catch {
    return []
  }
}

/** A random id (UUID, version 4): crypto.randomUUID is only there over https. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
