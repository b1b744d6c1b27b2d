import { keepForOnce } from '#src/shownOnce.ts'
import { answerProcedureRequest, answerProcedureRequestInput, endProcedureLink, endProcedureLinkInput, requestProcedure, requestProcedureInput } from '#modules/procedures/index.ts'
import { ask, fieldsOf } from './ask.ts'

export const procedures = {
  request: ask(requestProcedureInput, requestProcedure, {
    // Where a request came from, and in which language, no form may say.
    read: (form, { locals }) => ({ ...fieldsOf(form), consent: form.get('consent') === 'on', locale: locals.locale, address: locals.address }),
    flash: 'procedure.flash.asked', to: ({ locale, result }) => `/${locale}/procedures/${result.procedure}`,
  }),
  answer: ask(answerProcedureRequestInput, answerProcedureRequest, {
    flash: ({ state }) => `procedure.flash.${state}`,
    after: (context, { link }) => { if (link) keepForOnce(context, 'procedure-link', link) },
  }),
  end: ask(endProcedureLinkInput, endProcedureLink, { flash: 'procedure.flash.ended' }),
}
