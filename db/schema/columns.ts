import { customType, timestamp } from 'drizzle-orm/pg-core'

/** A text in the three languages of the product. Stored as jsonb; a check constraint demands all three keys. */
export type Texts = { kk: string; ru: string; en: string }

/** Raw bytes. PGlite answers with a Uint8Array and postgres.js with a Buffer: callers always get a Buffer. */
export const bytes = customType<{ data: Buffer; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  fromDriver: (value) => Buffer.from(value),
})

/** A moment, to the millisecond, with its zone. */
export const moment = () => timestamp({ withTimezone: true, precision: 3 })
