import { parseArgs } from 'node:util'
import { system } from '#modules/actor.ts'
import { issueCertificates, issueCertificatesInput, type Outcome, previewIssue } from '#modules/certificates/index.ts'
import { type Command, WrongUsage } from './command.ts'

/** Shows who would get a certificate, and with `--commit` issues. People are named by id: what a terminal shows is often kept. */
export const certificateIssue: Command = {
  name: 'certificate issue',
  summary: 'shows who of a cohort is eligible; with --commit issues their certificates',
  usage: 'certificate issue --cohort ID [--commit] [--json]',
  async run({ db, args, print }) {
    const { values } = parseArgs({ args, options: { cohort: { type: 'string' }, commit: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } })
    const input = issueCertificatesInput.safeParse({ cohortId: values.cohort })
    if (!input.success) throw new WrongUsage('--cohort wants the id of a cohort')
    const actor = system('command-line')
    const outcome = values.commit ? await issueCertificates(db, actor, input.data) : await foreseen()
    if (values.json) print(JSON.stringify({ committed: values.commit, ...outcome }, null, 2))
    else inWords(outcome, values.commit).forEach(print)
    return outcome.issued.length === 0 && outcome.refused.length > 0 ? 1 : 0

    async function foreseen() {
      const { people } = await previewIssue(db, actor, input.data!)
      return {
        issued: people.filter((one) => one.eligible).map((one) => ({ personId: one.personId, serial: one.certificate?.serial ?? null })),
        refused: people.filter((one) => !one.eligible).map((one) => ({ personId: one.personId, codes: [...new Set(one.unmet.map((rule) => rule.rule))] })),
      }
    }
  },
}

type Foreseen = { issued: { personId: string; serial: string | null }[]; refused: Outcome['refused'] }

const inWords = ({ issued, refused }: Outcome | Foreseen, committed: boolean) => [
  ...issued.map((one) => `${one.personId}  ${one.serial ?? 'would be issued'}`),
  ...refused.map((one) => `${one.personId}  not eligible: ${one.codes.join(', ')}`),
  `${issued.length} ${committed ? 'hold a certificate' : 'eligible'}, ${refused.length} not eligible.${committed ? '' : ' Nothing was issued: add --commit to issue.'}`,
]
