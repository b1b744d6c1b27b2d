import type { RefusalCode } from '#modules/refusal.ts'

const statuses: Record<string, number> = {
  'permission.denied': 403,
  'permission.step-up-needed': 403,
  'object.not-found': 404,
  'input.invalid': 422,
  'input.malformed': 400,
  'input.too-large': 413,
  'input.wrong-type': 415,
  'input.wrong-method': 405,
  'session.none': 401,
  'session.wrong-credentials': 401,
  'session.wrong-password': 401,
  'session.second-factor-needed': 401,
  'session.second-factor-wrong': 401,
  'request.wrong-origin': 403,
  'limit.too-many': 429,
  'people.busy': 503,
  'package.being-made': 503,
  'certificate.unknown': 404,
  'adoption-report.none': 404,
  'adoption-report.unknown': 404,
  'key.ended': 503,
  'ledger.sizes-reversed': 422,
  'ledger.not-signed-yet': 404,
  'certificate.erased': 404,
  'idempotency.mismatch': 422,
  'protocol.edition-unknown': 404,
  'protocol.edition-not-for-age': 422,
  'protocol.switch-unknown': 422,
  'protocol.age-needed': 422,
  'protocol.age-in-days': 422,
  'protocol.age-not-covered': 422,
  'protocol.ages-differ': 422,
}

/** The HTTP status of a refusal: 409, refused by a rule, unless the code says something more exact. */
export const statusOf = (code: RefusalCode): number => statuses[code] ?? 409
