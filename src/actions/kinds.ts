import { addKind, addKindInput, changeKind, changeKindInput } from '#modules/certificates/index.ts'
import { ask, fieldsOf } from './ask.ts'

/** The texts of a kind by language, ticked boxes as true or false, and null for what was left empty. */
function readKind(form: FormData) {
  const fields: Record<string, unknown> = fieldsOf(form)
  for (const name of ['titles', 'confirms', 'legalBasis']) {
    const said = ['kk', 'ru', 'en'].map((locale) => [locale, fields[`${name}.${locale}`]] as const)
    fields[name] = name === 'legalBasis' && said.every(([, text]) => text === undefined) ? null : Object.fromEntries(said)
  }
  for (const box of String(form.get('boxes') ?? '').split(' ').filter(Boolean)) fields[box] = form.get(box) === 'on'
  fields['otherwise'] ??= null
  return fields
}

export const kinds = {
  changeKind: ask(changeKindInput, changeKind, { read: readKind, flash: 'kinds.saved', to: ({ locale }) => `/${locale}/admin/kinds` }),
  addKind: ask(addKindInput, addKind, { read: readKind, flash: 'kinds.added', to: ({ locale }) => `/${locale}/admin/kinds` }),
}
