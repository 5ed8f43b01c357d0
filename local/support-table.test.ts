import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createAppSync } from './appsync/index.ts'
import type { Service } from './aws/service.ts'
import { systemClock } from './aws/clock.ts'
import { createCloudWatch } from './cloudwatch/index.ts'
import { createDynamoDb } from './dynamodb/index.ts'
import { createEvents } from './events/index.ts'
import { createIam } from './iam/index.ts'
import { createLambda } from './lambda/index.ts'
import { createLogs } from './logs/index.ts'
import { createSns } from './sns/index.ts'
import { createSqs } from './sqs/index.ts'
import { createStepFunctions } from './stepfunctions/index.ts'
import { testContext } from './testing/context.ts'
import { supportTable } from './testing/support-table.ts'

const [begin, end] = ['<!-- generated: begin -->', '<!-- generated: end -->']

async function everyService(): Promise<readonly Service[]> {
  const context = testContext()
  const logs = createLogs(context)
  const events = createEvents(context)
  const dynamodb = createDynamoDb(context)
  const iam = createIam({ place: context.place, seed: 'seed', clock: systemClock })
  const http = (): Promise<never> => Promise.reject(new Error('not called'))
  const services = [
    createAppSync(context, { http, authenticate: iam.authenticate }).service,
    createCloudWatch(context, { logs, onAlarmState: () => undefined }).service,
    dynamodb.service,
    dynamodb.streams,
    events.service,
    iam.service,
    createLambda(context, { onStreamRecords: dynamodb.onStreamRecords }),
    logs.service,
    events.scheduler,
    createSns(context),
    createSqs(context),
    createStepFunctions(context),
    iam.sts,
  ]
  for (const service of services) await service.stop?.()
  context.cleanup()
  return services
}

it('the README lists what the code supports (`npx vitest run local/support-table -u` writes it)', async () => {
  const file = join(import.meta.dirname, 'README.md')
  const readme = readFileSync(file, 'utf8')
  const [head = '', rest = ''] = readme.split(begin)
  const tail = rest.slice(rest.indexOf(end))
  const current = `${head}${begin}\n\n${supportTable(await everyService())}\n\n${tail}`
  await expect(current).toMatchFileSnapshot(file)
})
