import { everyPackage } from './everyPackage.ts'

everyPackage('imci')
