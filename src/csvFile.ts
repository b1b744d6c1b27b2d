import type { Exported } from '#modules/table.ts'

/** An exported list as a download that no browser opens in place. */
export const csvFile = ({ name, text }: Pick<Exported, 'name' | 'text'>) =>
  new Response(text, { headers: { 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'no-store' } })
