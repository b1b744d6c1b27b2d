import { type Locale, locales, t } from '#modules/words/index.ts'
import { contextOfBadges, contextOfCredentials } from './credentialContexts.ts'
import { didOf } from './didDocument.ts'
import { type Signed, type Statement, writtenDown } from './statement.ts'
import { entryOf } from './statusList.ts'

/** What an achievement is made of: facts of an edition and of a kind of certificate. */
export type Taught = {
  course: Pick<Statement['course'], 'course' | 'titles' | 'edition' | 'guideline' | 'hours'>
  kind: string
  document: Pick<Statement['document'], 'titles' | 'confirms' | 'template'>
  credits: string | null
  demonstration: boolean
}

/** Where an achievement answers, for ever: one for each edition, kind and language. */
export const achievementUrl = (origin: string, { course, kind }: Pick<Taught, 'course' | 'kind'>, locale: Locale) =>
  `${origin}/api/v1/achievements/${course.course}/${course.edition}/${kind}/${locale}`

/** What one must have done for a certificate of this edition and kind, as an Open Badges achievement in one language that names the others. */
export function achievementOf(taught: Taught, locale: Locale, origin: string) {
  const { course, kind, document, credits, demonstration } = taught
  const id = achievementUrl(origin, taught, locale)
  const facts = { edition: course.edition, hours: t(locale, 'certificate.hours', { hours: course.hours }), guideline: course.guideline.titles[locale] }
  return {
    id,
    type: ['Achievement'],
    achievementType: document.template === 'attendance' ? 'ext:Attendance' : 'CertificateOfCompletion',
    name: course.titles[locale],
    description: [...(demonstration ? [t(locale, 'verify.demonstration')] : []), `${document.titles[locale]}: ${document.confirms[locale]}`].join(' '),
    criteria: { id: `${id}#criteria`, narrative: t(locale, document.template === 'attendance' ? 'badge.criteria.attendance' : 'badge.criteria.certificate', facts) },
    ...(credits === null ? {} : { creditsAvailable: Number(credits) }),
    humanCode: course.course,
    version: String(course.edition),
    inLanguage: locale,
    tag: [...new Set([kind, course.guideline.id, ...(demonstration ? ['demonstration'] : [])])],
    related: locales.filter((one) => one !== locale).map((one) => ({ id: achievementUrl(origin, taught, one), type: ['Related'], inLanguage: one, version: String(course.edition) })),
  }
}

/** The one term that no published context has: the signed statement as it is attached to the PDF, word for word. */
export const termOfStatement = (origin: string) => `${origin}/.well-known/besik-keys.json#statement`

/** Midnight and the last second of a day in Kazakhstan, which has one time since 1 March 2024. */
const [dawn, dusk] = [(day: string) => `${day}T00:00:00+05:00`, (day: string) => `${day}T23:59:59+05:00`]

export type Place = { origin: string; entrySeq: number }

/**
 * A statement as an Open Badges 3.0 credential (VC data model 2.0), not yet proved. The holder is named by name and by an id
 * that belongs to this certificate alone: two certificates of one person can't be joined by it, and nothing is a hash of
 * anything. Texts are in the language of the certificate; the signed statement within has all three.
 */
export function credentialBody(statement: Statement, signed: Signed, { origin, entrySeq }: Place) {
  const { language, centre, holder, document, accreditation, credits, startsOn, endsOn, issuedOn, expiresOn, serial, demonstration } = statement
  return {
    '@context': [contextOfCredentials, contextOfBadges, { statement: { '@id': termOfStatement(origin), '@type': '@json' } }],
    id: `${origin}/api/v1/certificates/${statement.code}/badge`,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: `${document.titles[language]} ${serial}`,
    description: [...(demonstration ? [t(language, 'verify.demonstration')] : []), document.confirms[language], ...(document.legalBasis ? [document.legalBasis[language]] : [])].join(' '),
    issuer: {
      id: didOf(origin),
      type: ['Profile'],
      name: centre.names[language],
      url: origin,
      ...(centre.director ? { official: centre.director } : {}),
      address: { type: ['Address'], addressCountryCode: 'KZ', addressLocality: centre.cities[language] },
      otherIdentifier: [
        { type: 'IdentifierEntry', identifier: centre.id, identifierType: 'ext:centre' },
        ...(accreditation ? [{ type: 'IdentifierEntry', identifier: `${accreditation.body[language]}, ${accreditation.number}`, identifierType: 'ext:accreditation' }] : []),
      ],
    },
    validFrom: dawn(issuedOn),
    ...(expiresOn ? { validUntil: dusk(expiresOn) } : {}),
    credentialSubject: {
      id: `urn:uuid:${statement.certificate}`,
      type: ['AchievementSubject'],
      name: holder.name,
      identifier: [{ type: 'IdentityObject', hashed: false, identityHash: holder.name, identityType: 'name' }],
      ...(holder.profession ? { role: holder.profession[language] } : {}),
      licenseNumber: serial,
      activityStartDate: dawn(startsOn),
      activityEndDate: dusk(endsOn),
      ...(credits === null ? {} : { creditsEarned: Number(credits) }),
      achievement: achievementOf(statement, language, origin),
    },
    credentialStatus: entryOf(origin, entrySeq),
    evidence: [{ id: `${origin}/v/${statement.code}`, type: ['Evidence'], name: t(language, 'badge.evidence.name'), description: t(language, 'badge.evidence') }],
    statement: writtenDown(signed),
  }
}
