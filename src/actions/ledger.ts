import { takeCheckpoint, takeCheckpointInput } from '#modules/ledger/index.ts'
import { ask } from './ask.ts'

export const ledger = {
  takeCheckpoint: ask(takeCheckpointInput, takeCheckpoint, { flash: 'ministry.checkpoint.taken' }),
}
