import { getTableConfig, type PgColumn } from 'drizzle-orm/pg-core'
import { dumped, primaryKeyOf, tableOf, withheldColumns, withheldTables } from './dumpFormat.ts'

const moment = { type: 'object', properties: { $moment: { type: 'string', format: 'date-time' } }, required: ['$moment'], additionalProperties: false }
const bytes = { type: 'object', properties: { $bytes: { type: 'string', contentEncoding: 'base64' } }, required: ['$bytes'], additionalProperties: false }

/** What a value of this SQL type looks like in the file. */
function shapeOf(type: string): Record<string, unknown> {
  if (type.endsWith('[]')) return { type: 'array', items: shapeOf(type.slice(0, -2)) }
  if (/^(small|big)?int|^double|^real|^serial/.test(type)) return { type: 'number' }
  if (type === 'boolean') return { type: 'boolean' }
  if (type === 'uuid') return { type: 'string', format: 'uuid' }
  if (type === 'date') return { type: 'string', format: 'date' }
  if (type.startsWith('timestamp')) return moment
  if (type === 'bytea') return bytes
  return type.startsWith('json') ? {} : { type: 'string' }
}

function columnShape(column: PgColumn, hidden: boolean) {
  if (hidden) return { type: 'null', description: 'Withheld.' }
  const shape = shapeOf(column.getSQLType())
  return column.notNull || Object.keys(shape).length === 0 ? shape : { anyOf: [shape, { type: 'null' }] }
}

const nameOf = new Map(dumped.map((name) => [tableOf(name) as unknown, name]))

/**
 * The description of an export, for whoever reads it without Besik: a JSON Schema (2020-12) of its lines, with every table's rows under
 * `$defs`, made from the very tables. `x-key` is a table's key and `x-references` which columns name rows of another.
 */
export function describeDump(): Record<string, unknown> {
  const tables = dumped.filter((name) => !(withheldTables as readonly string[]).includes(name))
  const defs = Object.fromEntries(tables.map((name) => {
    const table = tableOf(name)
    const fields = Object.entries(table).filter((entry): entry is [string, PgColumn] => getTableConfig(table).columns.includes(entry[1] as PgColumn))
    const fieldOf = (column: PgColumn) => fields.find(([, one]) => one.name === column.name)![0]
    return [name, {
      title: getTableConfig(table).name,
      type: 'object', additionalProperties: false, required: fields.map(([field]) => field),
      properties: Object.fromEntries(fields.map(([field, column]) => [field, columnShape(column, (withheldColumns[name] as readonly string[] | undefined)?.includes(field) ?? false)])),
      'x-key': primaryKeyOf(table).map(fieldOf),
      'x-references': getTableConfig(table).foreignKeys.map((key) => {
        const { columns, foreignTable, foreignColumns } = key.reference()
        return { columns: columns.map(fieldOf), table: nameOf.get(foreignTable) ?? getTableConfig(foreignTable).name, names: foreignColumns.map((one) => one.name) }
      }),
    }]
  }))
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Besik: an export of everything',
    description: [
      'A gzip file of JSON lines: a header, this description, rows table by table (parents before children), and a last line with the number of all rows.',
      'A table comes in several lines when it is long. A moment is {"$moment": RFC 3339 UTC} and bytes are {"$bytes": base64}; a day is YYYY-MM-DD in the place’s own calendar.',
      'Passwords, second factors, one-time links, bearer tokens, sessions, mail and background work are withheld. Personal numbers are in it only as they are stored: sealed with a key that is not.',
    ].join(' '),
    oneOf: [
      { type: 'object', required: ['besik', 'schema', 'at'], properties: { besik: { const: 1 }, schema: { type: 'string' }, at: { type: 'string', format: 'date-time' } } },
      { type: 'object', required: ['describes'] },
      ...tables.map((name) => ({ type: 'object', required: ['table', 'rows'], properties: { table: { const: name }, rows: { type: 'array', items: { $ref: `#/$defs/${name}` } } } })),
      { type: 'object', required: ['end', 'rows'], properties: { end: { const: true }, rows: { type: 'number' } } },
    ],
    'x-withheld': { tables: withheldTables, columns: withheldColumns },
    $defs: defs,
  }
}
