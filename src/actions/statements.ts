import { signStatementAtOnce, signStatementInput } from '#modules/reconciliation/index.ts'
import { ask } from './ask.ts'

export const statements = {
  sign: ask(signStatementInput, signStatementAtOnce, { flash: 'ministry.statements.signed', to: ({ locale, result }) => `/${locale}/ministry/statements/${result.month}` }),
}
