import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloud, type Cloud } from '../cloud.ts'

export interface RunningApp {
  readonly cloud: Cloud
  /** Outputs of the app's one stack. */
  readonly outputs: Readonly<Record<string, string>>
  /** For every AWS SDK client. */
  readonly client: {
    readonly region: string
    readonly endpoint: string
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
    readonly maxAttempts: number
  }
  stop(): Promise<void>
}

const memory = '/dev/shm'

/** Synthesizes an app and starts it on free ports, its data in memory where the machine offers that. */
export async function startApp(synthesize: (outdir: string) => void): Promise<RunningApp> {
  const folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'app-'))
  const forget = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const assembly = join(folder, 'cdk.out')
    synthesize(assembly)
    const cloud = await startCloud({ assembly, data: join(folder, 'data'), port: 0, awsPort: 0 })
    const { region, awsEndpoint: endpoint } = cloud.place
    return {
      cloud,
      outputs: Object.values(cloud.outputs)[0] ?? {},
      client: { region, endpoint, credentials: cloud.operator, maxAttempts: 1 },
      async stop() {
        await cloud.stop()
        forget()
      },
    }
  } catch (error) {
    forget()
    throw error
  }
}
