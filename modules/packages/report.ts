import { type Key, type Locale, t } from '#modules/words/index.ts'
import type { PackageFormat } from './format.ts'

/** Systems and programs in which each form works, and what each of them loses: found by trying or by reading their public source. */
const worksIn: Record<PackageFormat, { systems: string[]; losses: string[] }> = {
  'cc-1.1': { systems: ['Moodle 5.1'], losses: ['sections', 'marks', 'pass', 'order', 'pairs', 'tolerance'] },
  'cc-1.3': { systems: ['Canvas'], losses: ['order', 'pairs', 'tolerance', 'not-tried'] },
  'moodle-xml': { systems: ['Moodle 5.1'], losses: ['lessons-none'] },
  'gift': { systems: ['Moodle 5.1'], losses: ['lessons-none', 'order'] },
  'scorm-1.2': { systems: ['SCORM 1.2'], losses: ['single-answers'] },
  'epub-3': { systems: ['EPUB 3'], losses: ['tests-none'] },
  'workbook-pdf': { systems: ['PDF'], losses: ['tests-none'] },
  'guide-pdf': { systems: ['PDF'], losses: ['tests-none'] },
  'syllabus-docx': { systems: ['Microsoft Word', 'LibreOffice'], losses: ['lessons-none', 'tests-none'] },
  'sources-zip': { systems: [], losses: ['import-none'] },
}

export type Report = { systems: string[]; losses: string[]; lines: string[] }

/** Where a form works and what is lost on the way, in words. Shipped inside the package and shown beside it. */
export function reportOf(format: PackageFormat, locale: Locale): Report {
  const { systems, losses } = worksIn[format]
  return {
    systems, losses,
    lines: [
      t(locale, 'package.report.passed'), ...(systems.length > 0 ? [t(locale, 'package.report.systems', { systems: systems.join(', ') })] : []),
      ...losses.map((loss) => t(locale, `package.loss.${loss}` as Key)),
    ],
  }
}
