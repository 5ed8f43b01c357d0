import { spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { generate } from 'selfsigned'
import type { Credentials } from '../../aws/context.ts'
import { serve, type SmallServer } from './server.ts'

/** What the Amplify application prints. */
export interface Line {
  readonly next?: unknown
  readonly error?: { errors: { message: string }[] }
  readonly result?: unknown
  readonly rejected?: { errors?: { message: string }[] }
  /** Of the errors for which an operation was rejected over HTTP. */
  readonly names?: (string | null)[]
}

export interface AmplifyApp {
  /** The next line that it prints. */
  line(): Promise<Line>
  /** Has it send its operation. */
  send(): void
}

export interface AmplifyOptions {
  /** Instead of the API's own. */
  readonly key?: string
  /** Signs instead of giving a key. */
  readonly credentials?: Credentials
  readonly endpoint?: string
  readonly subscription?: string
  /** A query or mutation. */
  readonly operation?: string
}

/** A served API with a certificate of its own for `localhost`, and unmodified Amplify applications that trust it. */
export interface AmplifyServer {
  readonly server: SmallServer
  start(options: AmplifyOptions): Promise<AmplifyApp>
  /** Ends the applications. */
  endApps(): void
}

export async function serveAmplify(...[api, options]: Parameters<typeof serve>): Promise<AmplifyServer> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  const server = await serve(api, { ...options, tls: { tls: { key, cert } } })
  const certificateFile = join(server.context.data, 'certificate.pem')
  writeFileSync(certificateFile, cert)
  const children: ChildProcess[] = []

  return {
    server,
    async start({ key: apiKey, ...more }) {
      const endpoint = `http://localhost:${server.port}/graphql`
      const wanted = JSON.stringify({ endpoint, apiKey: apiKey ?? server.key, ...more })
      const child = spawn(process.execPath, [join(import.meta.dirname, 'amplifyClient.ts'), wanted], {
        env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile },
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      children.push(child)
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const line = async (): Promise<Line> => JSON.parse((await lines.next()).value ?? '{}') as Line
      const first = JSON.stringify(await line())
      if (first !== '{"ready":true}') throw new Error(`The Amplify application did not start: ${first}`)
      return { line, send: () => void child.stdin.write('go\n') }
    },
    endApps() {
      for (const child of children.splice(0)) child.kill()
    },
  }
}
