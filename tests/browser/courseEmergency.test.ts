import { wholeCourse } from './wholeCourse.ts'

wholeCourse('emergency')
