import type { packageFormats } from '#db/schema/index.ts'

type PackageFormat = (typeof packageFormats)[number]

/** What a form is without what writes it, which is large: end of the file's name, media type, and whether it holds what is for those who teach alone. */
export type Form = { format: PackageFormat; extension: string; type: string; gated: boolean }

/** Every form in which a curriculum is handed on, in the order in which a college would look for it. */
export const forms: readonly Form[] = [
  { format: 'cc-1.1', extension: 'imscc', type: 'application/vnd.ims.imsccv1p1+zip', gated: true },
  { format: 'cc-1.3', extension: 'imscc', type: 'application/vnd.ims.imsccv1p1+zip', gated: true },
  { format: 'moodle-xml', extension: 'xml', type: 'application/xml', gated: true },
  { format: 'gift', extension: 'gift.txt', type: 'text/plain; charset=utf-8', gated: true },
  { format: 'scorm-1.2', extension: 'scorm.zip', type: 'application/zip', gated: true },
  { format: 'epub-3', extension: 'epub', type: 'application/epub+zip', gated: false },
  { format: 'workbook-pdf', extension: 'pdf', type: 'application/pdf', gated: false },
  { format: 'guide-pdf', extension: 'pdf', type: 'application/pdf', gated: true },
  { format: 'syllabus-docx', extension: 'docx', type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', gated: false },
  { format: 'sources-zip', extension: 'sources.zip', type: 'application/zip', gated: true },
]

export const formOf = (name: PackageFormat): Form => forms.find((one) => one.format === name)!
