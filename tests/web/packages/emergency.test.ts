import { everyPackage } from './everyPackage.ts'

everyPackage('emergency')
