import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate } from './http/tls.ts'

/** Years for which a made certificate is good: longer than any data folder is kept. */
const years = 10

/**
 * The certificate with which this cloud answers TLS on loopback, made once and kept in `<folder>/tls/`. A client that
 * insists on TLS trusts `certificate.pem`, Node.js through NODE_EXTRA_CA_CERTS.
 */
export async function certificateOf(folder: string): Promise<Certificate> {
  const place = join(folder, 'tls')
  const files = { key: join(place, 'key.pem'), cert: join(place, 'certificate.pem') }
  try {
    return { key: readFileSync(files.key, 'utf8'), cert: readFileSync(files.cert, 'utf8') }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const made = await make()
  mkdirSync(place, { recursive: true })
  writeFileSync(files.cert, made.cert)
  writeFileSync(files.key, made.key, { mode: 0o600 })
  return made
}

async function make(): Promise<Certificate> {
  const { generate } = await import('selfsigned')
  const now = new Date()
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    notBeforeDate: now,
    notAfterDate: new Date(now.getTime() + years * 365 * 24 * 3_600_000),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  })
  return { key, cert }
}
