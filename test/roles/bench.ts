import { rmSync } from 'node:fs'
import { createOrdersClient, type OrdersClient } from '../../client/sdk/index.ts'
import type { Activity } from '../../local/aws/activity.ts'
import { operator } from '../../local/aws/principal.ts'
import { startCloud, type Cloud } from '../../local/cloud.ts'
import { seed } from '../../start/seed.ts'
import { editAssembly, newFolder } from '../harness/edit-assembly.ts'
import { quickFigures } from '../harness/shop.ts'
import type { Template } from '../synthesized.ts'

/** A started cloud, no more around it than the way of an order needs: one is started for each permission. */
export interface Bench {
  readonly cloud: Cloud
  readonly client: OrdersClient
  readonly outputs: Readonly<Record<string, string>>
  readonly activities: readonly Activity[]
  /** Resolves with the first activity that fits, of those to come. */
  next(fits: (activity: Activity) => boolean): Promise<Activity>
  /** Makes an API call as the operator. */
  call(service: string, action: string, input: object): Promise<unknown>
  stop(): Promise<void>
}

const figures = {
  ...quickFigures,
  NewWithoutExecution: '1',
  StandsStill: '1',
  UndoStandsStill: '1',
  NoticeRetryAge: '1',
}

/** Starts a cloud on the assembly with its template edited. */
export async function openBench(assembly: string, edit: (template: Template) => void): Promise<Bench> {
  const copy = editAssembly(assembly, (template) => {
    // A push that fails goes to its queue at once.
    for (const { Type: type, Properties: properties } of Object.values(template.Resources))
      if (type === 'AWS::Lambda::EventSourceMapping' && 'MaximumRetryAttempts' in properties)
        Object.assign(properties, { MaximumRetryAttempts: 0 })
    edit(template)
  })
  const data = newFolder('roles-')
  const clean = (): void => {
    for (const gone of [data, copy]) rmSync(gone, { recursive: true, force: true })
  }
  const options = { assembly: copy, data, port: 0, awsPort: 0, parameters: figures }
  const cloud = await startCloud(options).catch((error: unknown) => {
    clean()
    throw error
  })
  const activities: Activity[] = []
  const waiting = new Set<(activity: Activity) => void>()
  cloud.watch((activity) => {
    activities.push(activity)
    for (const take of waiting) take(activity)
  })
  await seed(cloud)
  const outputs = cloud.outputs.OrderSystem ?? {}
  return {
    cloud,
    client: createOrdersClient({ endpoint: outputs.GraphqlUrl ?? '', apiKey: outputs.ApiKey ?? '' }),
    outputs,
    activities,
    next: (fits) =>
      new Promise((resolve) => {
        const take = (activity: Activity): void => {
          if (!fits(activity)) return
          waiting.delete(take)
          resolve(activity)
        }
        waiting.add(take)
      }),
    call: (service, action, input) => cloud.call(service, action, input, operator),
    async stop() {
      await cloud.stop()
      clean()
    },
  }
}
