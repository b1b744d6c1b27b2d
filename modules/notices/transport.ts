import { createTransport } from 'nodemailer'

/** The part of a nodemailer transport that delivery needs. */
export type Transport = {
  sendMail(mail: {
    from: { name: string; address: string }
    to: string
    subject: string
    text: string
    messageId: string
    headers: Record<string, string>
  }): Promise<unknown>
}

/** A mail server by its URL, with time-outs: a silent one must not hold the queue. */
export const openTransport = (smtpUrl: string): Transport =>
  createTransport(smtpUrl, { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 } as object)
