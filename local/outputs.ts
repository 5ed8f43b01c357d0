import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Credentials } from './aws/context.ts'
import type { Place } from './aws/place.ts'

/** The stacks' outputs, by stack and name. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * Writes the stacks' outputs in the shape of `cdk deploy --outputs-file`, and as `Local` what an operator's tools need
 * besides. There are keys in it: for its owner's eyes only.
 */
export function writeOutputs(folder: string, outputs: Outputs, place: Place, operator: Credentials): void {
  const local = {
    AwsEndpoint: place.awsEndpoint,
    Region: place.region,
    AccessKeyId: operator.accessKeyId,
    SecretAccessKey: operator.secretAccessKey,
  }
  const file = join(folder, 'outputs.json')
  rmSync(file, { force: true })
  writeFileSync(file, `${JSON.stringify({ ...outputs, Local: local }, null, 2)}\n`, { mode: 0o600 })
}
