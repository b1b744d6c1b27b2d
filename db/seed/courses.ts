import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { coursesIn, publishCourse, recordApproval } from '#modules/courses/index.ts'

/** Every course that content/ holds, published as a demonstration: its editions and certificates say so. One has an approval, invented like the rest. */
export async function seedCourses(db: Db, actor: Actor) {
  for (const course of coursesIn()) {
    const { editionId } = await publishCourse(db, actor, { course, demonstration: true })
    if (course === 'imci') await recordApproval(db, actor, { editionId, approval: { body: 'Көрсетуге арналған оқу-әдістемелік бірлестік', number: 'ДЕМО-7', date: `${new Date().getUTCFullYear() - 1}-09-01` } })
  }
}
