/**
 * What a log may say of an error that is our own fault: names, codes and places in the code. A failed query's message holds
 * its parameters, and PostgreSQL's own may quote a value: of those only the query's text and PostgreSQL's codes are told,
 * for a parameter may be somebody's name or number.
 */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { query } = error as { query?: unknown }
  const { code, constraint, routine, severity } = error as { code?: unknown; constraint?: unknown; routine?: unknown; severity?: unknown }
  const fromDatabase = typeof severity === 'string'
  const codes = [code, constraint, routine].filter((one) => typeof one === 'string' && one !== '').join(' ')
  const told = [typeof query === 'string' && `failed query: ${query}`, fromDatabase && `database error ${codes}`].filter(Boolean)
  const said = told.length > 0 ? told.join(', ') : [error.message, codes].filter(Boolean).join(' ')
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).join('\n')
  return [`${error.name}: ${said}`, frames, ...(error.cause === undefined ? [] : [`caused by ${faultOf(error.cause)}`])].filter(Boolean).join('\n')
}
