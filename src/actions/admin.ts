import { z } from 'zod'
import { switchIssuing, switchIssuingInput } from '#modules/certificates/index.ts'
import { ask } from './ask.ts'

export const admin = {
  switchIssuing: ask(switchIssuingInput.extend({ stopped: z.enum(['true', 'false']).transform((value) => value === 'true') }), switchIssuing, { flash: ({ stopped }) => (stopped ? 'admin.issuing.now-stopped' : 'admin.issuing.now-on') }),
}
