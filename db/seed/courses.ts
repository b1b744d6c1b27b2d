import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { coursesIn, publishCourse } from '#modules/courses/index.ts'

/** Every course that content/ holds, published as a demonstration: its editions and certificates say so. */
export async function seedCourses(db: Db, actor: Actor) {
  for (const course of coursesIn()) await publishCourse(db, actor, { course, demonstration: true })
}
