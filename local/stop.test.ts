import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operator } from './aws/principal.ts'
import { startCloud, type Cloud } from './cloud.ts'
import { synthesizeHops } from './fixtures/hops/app.ts'

describe('stopping while executions run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hops-'))
  const assembly = join(folder, 'cdk.out')
  let cloud: Cloud
  const start = async (): Promise<void> =>
    void (cloud = await startCloud({ assembly, data: join(folder, 'data'), port: 0, awsPort: 0 }))
  beforeAll(() => {
    synthesizeHops(assembly)
    return start()
  })
  afterAll(async () => {
    await cloud.stop()
    rmSync(folder, { recursive: true })
  })

  /** Starts an execution that calls a function `left` times for `ms` each; answers its ARN. */
  async function hop(left: number, ms: number): Promise<string> {
    const begin = { stateMachineArn: cloud.outputs.Hops?.MachineArn, input: JSON.stringify({ left, ms }) }
    const begun = await cloud.call('states', 'StartExecution', begin, operator)
    return (begun as { executionArn: string }).executionArn
  }
  async function endOf(executionArn: string): Promise<string> {
    for (;;) {
      const found = await cloud.call('states', 'DescribeExecution', { executionArn }, operator)
      const { status } = found as { status: string }
      if (status !== 'RUNNING') return status
      await pause(50)
    }
  }

  it.each([
    ['finish within the time they get', 1_500],
    ['do not', 5_000],
  ])('fails none of them when their functions %s', async (_, longest) => {
    const slow = await hop(1, longest)
    const quick = await Promise.all([1, 2, 3].map(() => hop(20, 100)))
    await pause(500)
    await cloud.stop()
    await start()
    expect(await Promise.all([slow, ...quick].map(endOf))).toEqual(Array(4).fill('SUCCEEDED'))
  })
})
