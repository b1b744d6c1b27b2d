import Chart from './Chart.astro'
import Check from './Check.astro'
import Example from './Example.astro'
import Figure from './Figure.astro'
import Note from './Note.astro'
import Option from './Option.astro'
import Row from './Row.astro'
import Steps from './Steps.astro'

/** What a lesson may use by name. */
export const components = { Chart, Check, Example, Figure, Note, Option, Row, Steps }
