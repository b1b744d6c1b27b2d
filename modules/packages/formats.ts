import { cartridge } from './commonCartridge.ts'
import { epub } from './epub.ts'
import type { Format, PackageFormat } from './format.ts'
import { gift } from './gift.ts'
import { guide } from './guide.ts'
import { moodleXml } from './moodleXml.ts'
import { scorm } from './scorm.ts'
import { sources } from './sources.ts'
import { syllabus } from './syllabus.ts'
import { workbook } from './workbook.ts'

/** Every form in which a curriculum is handed on, in the order in which a college would look for it. */
export const formats: readonly Format[] = [cartridge('1.1'), cartridge('1.3'), moodleXml, gift, scorm, epub, workbook, guide, syllabus, sources]

export const formatOf = (name: PackageFormat): Format | undefined => formats.find((one) => one.format === name)
