import { wholeCourse } from './wholeCourse.ts'

wholeCourse('home-visiting')
