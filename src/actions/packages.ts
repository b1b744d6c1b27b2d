import { askPackage, askPackageInput } from '#modules/packages/index.ts'
import { ask } from './ask.ts'

export const packages = {
  ask: ask(askPackageInput, askPackage, { flash: ({ made }) => (made ? 'package.asked.made' : 'package.asked') }),
}
