import { everyPackage } from './everyPackage.ts'

everyPackage('home-visiting')
