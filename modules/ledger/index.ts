export { type FactsOf, type Kind, kinds } from './kinds.ts'
export { record } from './record.ts'
