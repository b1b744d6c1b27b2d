import { looksAt } from './accessibility.ts'

looksAt('who works at a desk', (pattern) => /^\/\[locale\]\/(centre|college|ministry|admin)(\/|$)/.test(pattern))
