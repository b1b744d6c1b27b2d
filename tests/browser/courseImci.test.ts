import { wholeCourse } from './wholeCourse.ts'

wholeCourse('imci')
