import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { memberships, persons } from '#db/schema/index.ts'

/** Where administrators are written to. Asks no actor: for letters of the system. */
export const administrators = (db: Db) =>
  db.selectDistinct({ id: persons.id, email: persons.email, locale: persons.locale }).from(memberships).innerJoin(persons, eq(persons.id, memberships.personId))
    .where(and(eq(memberships.role, 'administrator'), isNull(memberships.until), isNull(persons.suspendedAt), isNull(persons.erasedAt))).orderBy(asc(persons.id))
