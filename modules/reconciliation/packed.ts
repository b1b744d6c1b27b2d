// What has to be known of every certificate at once is held in numbers, side by side: some bytes for each, where an object takes hundreds.

/** Numbers by their place, as many as come; 0 where none was put. */
export class Column {
  #numbers = new Int32Array(1024)

  get(place: number): number {
    return this.#numbers[place] ?? 0
  }

  set(place: number, value: number): void {
    if (place >= this.#numbers.length) {
      const longer = new Int32Array(Math.max(place + 1, 2 * this.#numbers.length))
      longer.set(this.#numbers)
      this.#numbers = longer
    }
    this.#numbers[place] = value
  }
}

/** Texts that come again and again, each with a number from 0 on. */
export class Texts {
  readonly #numbers = new Map<string, number>()
  readonly #texts: string[] = []

  take(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.#texts.length)
    return this.#texts.push(text) - 1
  }

  of(number: number): string {
    return this.#texts[number]!
  }

  find(text: string): number | undefined {
    return this.#numbers.get(text)
  }

  get size(): number {
    return this.#texts.length
  }
}

/** A set of numbers from 0 on: a bit for each. */
export class Bits {
  #words = new Uint32Array(256)
  #size = 0

  add(number: number): void {
    const word = number >>> 5
    if (word >= this.#words.length) {
      const longer = new Uint32Array(Math.max(word + 1, 2 * this.#words.length))
      longer.set(this.#words)
      this.#words = longer
    }
    const bit = 1 << (number & 31)
    if (this.#words[word]! & bit) return
    this.#words[word]! |= bit
    this.#size++
  }

  get size(): number {
    return this.#size
  }
}

const shape = /^KZ-(\d{4})-(\d{6})$/
const perYear = 1_000_000

/** Serials, each with a place from 0 on in the order in which they came. One that is no serial of ours gets a place too. */
export class Serials {
  readonly #years = new Map<number, Column>()
  /** Year and number of each place, or minus one and minus its number among the odd ones. */
  readonly #said = new Column()
  readonly #odd = new Texts()
  readonly #oddPlaces: number[] = []
  #size = 0

  /** The place of a serial; undefined when it never came. */
  find(serial: string): number | undefined {
    const [, year, number] = shape.exec(serial) ?? []
    if (year === undefined) {
      const odd = this.#odd.find(serial)
      return odd === undefined ? undefined : this.#oddPlaces[odd]
    }
    const place = this.#years.get(Number(year))?.get(Number(number)) ?? 0
    return place === 0 ? undefined : place - 1
  }

  take(serial: string): number {
    const known = this.find(serial)
    if (known !== undefined) return known
    const place = this.#size++
    const [, year, number] = shape.exec(serial) ?? []
    // Years beyond what the product can date don't fit the number.
    if (year === undefined || Number(year) > 2146) {
      this.#said.set(place, -1 - this.#odd.take(serial))
      this.#oddPlaces.push(place)
      if (year === undefined) return place
    } else this.#said.set(place, Number(year) * perYear + Number(number))
    let column = this.#years.get(Number(year))
    if (!column) this.#years.set(Number(year), (column = new Column()))
    column.set(Number(number), place + 1)
    return place
  }

  serialAt(place: number): string {
    const said = this.#said.get(place)
    return said < 0 ? this.#odd.of(-1 - said) : `KZ-${String(Math.floor(said / perYear)).padStart(4, '0')}-${String(said % perYear).padStart(6, '0')}`
  }

  get size(): number {
    return this.#size
  }
}
