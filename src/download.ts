import type { TableFile } from '#modules/table.ts'

/** A file made of a table, as a download that no browser opens in place. */
export const download = ({ name, type, bytes }: Pick<TableFile, 'name' | 'type' | 'bytes'>) =>
  new Response(bytes as BodyInit, { headers: { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'no-store' } })
