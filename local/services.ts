import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createAppSync, type AppSync } from './appsync/index.ts'
import type { Clock } from './aws/clock.ts'
import type { CloudContext } from './aws/context.ts'
import type { Place } from './aws/place.ts'
import type { Service } from './aws/service.ts'
import { createCaller } from './caller.ts'
import { createCloudWatch } from './cloudwatch/index.ts'
import { createDeployer, type Deployer } from './deployer.ts'
import type { DataFolder } from './data-folder.ts'
import { createDynamoDb, type DynamoDb } from './dynamodb/index.ts'
import { createEvents } from './events/index.ts'
import { createGateway, type Gateway } from './gateway/index.ts'
import { createIam, type Iam } from './iam/index.ts'
import { inProcess } from './in-process.ts'
import { createLambda, type Lambda } from './lambda/index.ts'
import { createLogs } from './logs/index.ts'
import { outboundHttp } from './outbound-http.ts'
import { validateResourcePolicies } from './resource-policies.ts'
import { alarmEvent, executionEvent } from './service-events.ts'
import { createSns, type Sns } from './sns/index.ts'
import { createSqs } from './sqs/index.ts'
import { createStepFunctions } from './stepfunctions/index.ts'

export interface ServicesOptions {
  readonly place: Place
  readonly folder: DataFolder
  readonly clock: Clock
  readonly report: CloudContext['report']
  readonly parameters: Readonly<Record<string, string>>
  readonly dynamodbEndpoint: string | undefined
  readonly onBug: ((error: unknown) => void) | undefined
}

/** Every service, what brings a template into them and what lets requests in. */
export interface Services {
  readonly iam: Iam
  readonly dynamodb: DynamoDb
  readonly sns: Sns
  readonly appsync: AppSync
  readonly lambda: Lambda
  readonly call: CloudContext['call']
  readonly deployer: Deployer
  /** The way in from outside, for every service but AppSync. */
  readonly gateway: Gateway
  /** In the order in which they were deployed. */
  start(): Promise<void>
  /** The last one deployed first. A call that still comes for a stopped one is refused. */
  stop(): Promise<void>
}

/** Creates every service and gives each the others by the one context they share. */
export function createServices(options: ServicesOptions): Services {
  const { place, clock, report } = options
  const iam = createIam({ place, seed: options.folder.secret, clock })
  const served = new Map<string, Service>()
  const context: CloudContext = {
    place,
    clock,
    data: folderOfServices(options.folder),
    report,
    authorize: iam.authorize,
    credentials: iam.credentials,
    call: createCaller({ clock, authorize: iam.authorize, report, services: () => served }),
    log: (...event) => logs.write(...event),
    metric: (datum) => cloudwatch.put(datum),
    asset: (location) => deployer.asset(location),
    where: (...path) => deployer.where(...path),
  }

  const { mayAssume, validateResourcePolicy: validatePolicy } = iam
  const logs = createLogs(context)
  const events = createEvents(context, { mayAssume })
  const cloudwatch = createCloudWatch(context, {
    logs,
    onAlarmState: (change) => events.deliver(alarmEvent(change)),
  })
  const endpoint = options.dynamodbEndpoint
  const dynamodb = createDynamoDb(context, endpoint === undefined ? {} : { endpoint })
  const http = outboundHttp(() => gateway)
  const appsync = createAppSync(context, { http, authenticate: iam.authenticate, mayAssume })
  const lambda = createLambda(context, {
    onStreamRecords: dynamodb.onStreamRecords,
    mayAssume,
    validatePolicy,
    wire: inProcess(place, () => gateway, appsync),
  })
  const sns = createSns(context, { validatePolicy })
  const stepFunctions = createStepFunctions(context, {
    onStatusChange: (change) => events.deliver(executionEvent(change)),
    mayAssume,
    serves: (service, action) => Object.hasOwn(served.get(service)?.actions ?? {}, action),
  })
  const services: readonly Service[] = [
    iam.service,
    iam.sts,
    logs.service,
    cloudwatch.service,
    dynamodb.service,
    dynamodb.streams,
    createSqs(context, { validatePolicy }),
    sns,
    stepFunctions,
    lambda, // stopped before what functions call, so that those in flight can finish
    events.service,
    events.scheduler,
    appsync.service,
  ]
  for (const service of services) served.set(service.name, service)

  const deployer = createDeployer({
    place,
    services,
    parameters: options.parameters,
    check: (resources) => validateResourcePolicies(resources, validatePolicy),
  })
  const gateway = gatewayTo(services, iam, context, options.onBug)
  return {
    iam,
    dynamodb,
    sns,
    appsync,
    lambda,
    call: context.call,
    deployer,
    gateway,
    async start() {
      for (const service of services) await service.start?.()
    },
    async stop() {
      for (const service of services) service.hold?.()
      for (const service of [...services].reverse()) {
        served.delete(service.name)
        await service.stop?.()
      }
    },
  }
}

function folderOfServices({ path }: DataFolder): string {
  const folder = join(path, 'services')
  mkdirSync(folder, { recursive: true })
  return folder
}

function gatewayTo(
  services: readonly Service[],
  { authenticate }: Iam,
  context: CloudContext,
  onBug: ServicesOptions['onBug'],
): Gateway {
  return createGateway({
    services,
    authenticate,
    call: context.call,
    onRefused: ({ service, action }, { code: error }, requestId) =>
      context.report({
        at: context.clock.now(),
        service: 'gateway',
        what: 'refused',
        subject: `${service || 'aws'} ${action || 'request'}`,
        error,
        requestId,
      }),
    onBug,
  })
}
