import { forgetAnswers } from './answers.ts'

// The attempt is over: what this device kept of it is of no more use, and the next person may sit here.
forgetAnswers(document.getElementById('result')!.dataset['attempt']!)
