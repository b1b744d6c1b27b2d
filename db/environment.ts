import { resolve } from 'node:path'
import { z } from 'zod'

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])
const flag = z.enum(['on', 'off', 'true', 'false', '1', '0']).transform((value) => ['on', 'true', '1'].includes(value))
const absolute = z.string().min(1).transform((path) => resolve(path))

const shape = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(4321),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_ORIGIN: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin).optional(),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//).optional(),
  REPORTS_DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//).optional(),
  DATA_DIR: absolute.default(resolve('.data')),
  KEYS_DIR: absolute.optional(),
  SMTP_URL: z.string().regex(/^smtps?:\/\//).optional(),
  TRUSTED_PROXIES: z.string().default('').transform((list) => list.split(',').map((one) => one.trim()).filter(Boolean)),
  DEMO: flag.optional(),
  PACKAGES_AHEAD: flag.default(true),
  SIGNING_P12: absolute.optional(),
  SIGNING_P12_PASSWORD_FILE: absolute.optional(),
})

/** A wrong or missing environment variable; `name` is the variable's. The value is never printed. */
export class EnvironmentError extends Error {
  readonly variable: string
  constructor(variable: string, reason: string) {
    super(`${variable}: ${reason}`)
    this.variable = variable
  }
}

export type Environment = ReturnType<typeof readEnvironment>

/**
 * The process environment, checked once at start. Throws `EnvironmentError` with the variable's name when one is wrong,
 * when the origin is http on anything but a loopback address, or when the demo is asked for on a public origin.
 */
export function readEnvironment(from: Record<string, string | undefined> = process.env) {
  const known = Object.fromEntries(Object.keys(shape.shape).flatMap((name) => (from[name] ? [[name, from[name]]] : [])))
  const parsed = shape.safeParse(known)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw new EnvironmentError(String(issue.path[0]), issue.message)
  }
  const env = parsed.data
  const origin = new URL(env.PUBLIC_ORIGIN ?? `http://${env.HOST === '::1' ? '[::1]' : env.HOST}:${env.PORT}`)
  const local = loopback.has(origin.hostname)
  if (origin.protocol === 'http:' && !local) throw new EnvironmentError('PUBLIC_ORIGIN', 'must be https unless it is a loopback address')
  if (env.DEMO && !local) throw new EnvironmentError('DEMO', 'demo people with printed passwords are refused on a public origin')
  if (!env.SIGNING_P12 !== !env.SIGNING_P12_PASSWORD_FILE) {
    throw new EnvironmentError(env.SIGNING_P12 ? 'SIGNING_P12_PASSWORD_FILE' : 'SIGNING_P12', 'is missing: a signing key and the file with its password are given together')
  }
  return {
    port: env.PORT,
    host: env.HOST,
    /** The one origin of links, QR codes, cookies and the origin check, without a trailing slash. */
    origin: origin.origin,
    local,
    databaseUrl: env.DATABASE_URL,
    reportsDatabaseUrl: env.REPORTS_DATABASE_URL ?? env.DATABASE_URL,
    dataDir: env.DATA_DIR,
    keysDir: env.KEYS_DIR ?? resolve(env.DATA_DIR, 'keys'),
    smtpUrl: env.SMTP_URL,
    trustedProxies: new Set(env.TRUSTED_PROXIES),
    demo: env.DEMO ?? false,
    /** Packages are made when an edition is published; otherwise when somebody asks. */
    packagesAhead: env.PACKAGES_AHEAD,
    /** Where the key stands that signs PDFs, and its password. */
    signing: env.SIGNING_P12 && env.SIGNING_P12_PASSWORD_FILE ? { file: env.SIGNING_P12, passwordFile: env.SIGNING_P12_PASSWORD_FILE } : null,
  }
}

let current: Environment | undefined

/** The environment of this process, read at first use. */
export const environment = () => (current ??= readEnvironment())

/** Reads it anew at the next use: every test file has a folder of its own, and many of them share a process. */
export const forgetEnvironment = () => void (current = undefined)
