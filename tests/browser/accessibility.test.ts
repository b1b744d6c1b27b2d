import { looksAt } from './accessibility.ts'

looksAt('what is public, and who learns', (pattern) => !/^\/\[locale\]\/(centre|college|ministry|admin)(\/|$)/.test(pattern))
