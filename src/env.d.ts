type FormState = {
  /** Name of the action that refused. */
  action: string
  /** What was typed, to show it again; never a password. */
  values: Record<string, string>
  code: import('#modules/refusal.ts').RefusalCode
  message: string
  /** Field name → translated sentence. */
  fields: Record<string, string>
  status: number
}

declare namespace App {
  interface Locals {
    db: import('#db/client.ts').Db
    /** For questions that may be answered from a replica. */
    reports: import('#db/client.ts').Db
    environment: import('#db/environment.ts').Environment
    requestId: string
    /** Address of the client, from the socket or a trusted proxy; set by the server. */
    address: string
    locale: import('#modules/words/index.ts').Locale
    t: import('#modules/words/index.ts').Translate
    actor: import('#modules/actor.ts').Actor
    /** The signed-in person, or null. */
    person: import('#src/signedIn.ts').SignedIn | null
    /** A form that was refused, for the page to show again. */
    form: FormState | null
    /** True when nothing in this database is real: every page says so. */
    synthetic: boolean
    /** One sentence about what has just been done. */
    flash: string | null
    /** True while a page is rendered for everybody, with marks where its slots are. */
    shell?: boolean
    /** What the page says of itself while a shell is being made. */
    shellFacts?: { editionId: string; lessonId: string }
    /** True when the reader of a lesson may see what is for facilitators; until the page has asked, nobody may. */
    facilitator?: boolean
    /** True on a page for paper, where nothing can be opened: checks and cases stand without their answers. */
    paper?: boolean
    /** The guideline edition of the lesson on this page, for blocks that name none of their own. */
    guideline?: string
    /** How many blocks of a page have taken an id. */
    blockIds?: number
    /** An error of our own that an action met; the middleware throws it again. */
    failure: unknown
  }
}
