import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAppSync, type AppSync } from './appsync/index.ts'
import type { Activity } from './aws/activity.ts'
import { systemClock, type Clock } from './aws/clock.ts'
import type { CloudContext, Credentials } from './aws/context.ts'
import type { Place } from './aws/place.ts'
import type { Service } from './aws/service.ts'
import { createCaller } from './caller.ts'
import { certificateOf } from './certificate.ts'
import { createCloudWatch } from './cloudwatch/index.ts'
import { openDataFolder, type DataFolder } from './data-folder.ts'
import { createDoor } from './door.ts'
import { createDeployer, type Deployer } from './deployer.ts'
import { createDynamoDb, type Faults } from './dynamodb/index.ts'
import { createEvents } from './events/index.ts'
import { createGateway, type Gateway } from './gateway/index.ts'
import { listenOnLoopback, type LoopbackServer } from './http/index.ts'
import { createIam, type Iam } from './iam/index.ts'
import { createLambda, type Lambda } from './lambda/index.ts'
import { createLogs } from './logs/index.ts'
import { inProcess } from './in-process.ts'
import { outboundHttp } from './outbound-http.ts'
import { validateResourcePolicies } from './resource-policies.ts'
import { alarmEvent, executionEvent } from './service-events.ts'
import { createSns, type Sns } from './sns/index.ts'
import { createSqs } from './sqs/index.ts'
import { createStepFunctions } from './stepfunctions/index.ts'

export interface CloudOptions {
  /** Folder of a synthesized CDK app (`cdk.out`). */
  readonly assembly: string
  /** Makes the assembly, once the data folder and the ports are known to be ours. */
  readonly prepare?: () => Promise<void>
  /** Folder that holds everything; made when it is not there. */
  readonly data: string
  /** Forget what the data folder holds. */
  readonly reset?: boolean
  /** Port of AppSync; 0 takes a free one. */
  readonly port: number
  /** Port of every other service; 0 takes a free one. */
  readonly awsPort: number
  /** Values for the template's parameters. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Another DynamoDB to use, such as DynamoDB Local, instead of the engine here. */
  readonly dynamodbEndpoint?: string
  readonly clock?: Clock
  /** Told of each phase of the start and the milliseconds it took. */
  readonly onPhase?: (name: string, took: number) => void
  /** Told of everything that happens, from the start on. */
  readonly onActivity?: (activity: Activity) => void
  /** Told of what no service expected, before it is logged and answered as InternalFailure. */
  readonly onBug?: (error: unknown) => void
}

/** A running cloud. */
export interface Cloud {
  readonly place: Place
  /** The stacks' outputs, by stack and name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Keys that may do everything. */
  readonly operator: Credentials
  /** Makes an API call without a socket. */
  readonly call: CloudContext['call']
  /** Tells `listener` of everything that happens; the answer ends it. */
  watch(listener: (activity: Activity) => void): () => void
  /** Trouble to put in the way of database calls. */
  readonly faults: Faults
  /** Trouble to put in the way of GraphQL requests. */
  readonly appsync: Pick<AppSync, 'faults'>
  /** The e-mail that was sent, and trouble to put in the way of publishing. */
  readonly sns: Pick<Sns, 'mailbox' | 'faults'>
  readonly iam: Pick<Iam, 'decisions' | 'granted'>
  readonly lambda: Pick<Lambda, 'codeInUse'>
  /**
   * Deploys what the assembly's folder holds now. Data stay, and so does what is running on the version before: leave
   * the code it needs (`lambda.codeInUse`) in the folder. Rejects with what is wrong with the new version; the one
   * before then runs on.
   */
  reload(): Promise<void>
  /** Stops everything that was started and lets go of the data folder. */
  stop(): Promise<void>
}

/** Starts every service that the assembly's templates use. Throws an Error of one clear line when that cannot be. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const phase = stopwatch(options.onPhase)
  const folder = openDataFolder(options.data, options.reset)
  const undo: (() => Promise<void> | void)[] = [() => folder.release()]
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const doors = { aws: createDoor(), web: createDoor() }
    const aws = await listenOnLoopback(doors.aws.listener, options.awsPort)
    undo.push(() => aws.close())
    const tls = await certificateOf(options.data)
    const web = await listenOnLoopback(doors.web.listener, options.port, { tls })
    web.server.on('upgrade', doors.web.upgrade)
    undo.push(() => web.close())
    phase('open the ports')
    await options.prepare?.()
    phase('prepare the template')

    const parts = assemble(options, folder, aws, web)
    undo.push(() => stopAll(parts.services, parts.served))

    const { place } = parts.context
    const deployer = createDeployer({
      place,
      services: parts.services,
      parameters: options.parameters ?? {},
      check: (resources) => validateResourcePolicies(resources, parts.iam.validateResourcePolicy),
    })
    Object.assign(parts.deployed, { asset: deployer.asset, where: deployer.where })
    await deployer.deploy(options.assembly)
    phase('deploy the resources')
    // What services start calls in here.
    doors.aws.open(parts.gateway.listener)
    for (const service of parts.services) await service.start?.()
    doors.web.open((...who) => parts.appsync.handle(...who), parts.appsync.handleUpgrade)
    const operator = parts.iam.operatorCredentials()
    const publish = (): void =>
      writeOutputs(options.data, { ...deployer.current().outputs, Local: localOutputs(place, operator) })
    publish()
    phase('start the services')
    return {
      place,
      get outputs() {
        return deployer.current().outputs
      },
      operator,
      call: parts.context.call,
      watch(listener) {
        parts.listeners.add(listener)
        return () => parts.listeners.delete(listener)
      },
      faults: parts.dynamodb.faults,
      appsync: parts.appsync,
      sns: parts.sns,
      iam: parts.iam,
      lambda: parts.lambda,
      reload: () => deployer.deploy(options.assembly).then(publish),
      stop,
    }
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

/** Creates every service and gives each the others by the one context they share. */
function assemble(options: CloudOptions, folder: DataFolder, aws: LoopbackServer, web: LoopbackServer) {
  const place: Place = {
    partition: 'aws',
    region: 'us-east-1',
    account: '000000000000',
    awsEndpoint: aws.origin,
    appsyncEndpoint: web.origin,
  }
  const clock = options.clock ?? systemClock
  const iam = createIam({ place, seed: folder.secret, clock })
  const listeners = new Set<(activity: Activity) => void>()
  if (options.onActivity) listeners.add(options.onActivity)
  const services = new Map<string, Service>()
  const deployed: Pick<Deployer, 'asset' | 'where'> = { asset: () => undefined, where: () => undefined }
  const report = (activity: Activity): void => {
    for (const listener of listeners) listener(activity)
  }
  const data = join(folder.path, 'services')
  mkdirSync(data, { recursive: true })
  const context: CloudContext = {
    place,
    clock,
    data,
    report,
    authorize: iam.authorize,
    credentials: iam.credentials,
    call: createCaller({ clock, authorize: iam.authorize, report, services: () => services }),
    log: (...event) => logs.write(...event),
    metric: (datum) => cloudwatch.put(datum),
    asset: (location) => deployed.asset(location),
    where: (...path) => deployed.where(...path),
  }

  const mayAssume: Iam['mayAssume'] = (...who) => iam.mayAssume(...who)
  const logs = createLogs(context)
  const events = createEvents(context, { mayAssume })
  const cloudwatch = createCloudWatch(context, {
    logs,
    onAlarmState: (change) => events.deliver(alarmEvent(change)),
  })
  const dynamodb = createDynamoDb(
    context,
    options.dynamodbEndpoint === undefined ? {} : { endpoint: options.dynamodbEndpoint },
  )
  const appsync = createAppSync(context, {
    http: outboundHttp(() => gateway),
    authenticate: iam.authenticate,
    mayAssume,
  })
  const validatePolicy = iam.validateResourcePolicy
  const lambda = createLambda(context, {
    onStreamRecords: dynamodb.onStreamRecords,
    mayAssume,
    validatePolicy,
    wire: inProcess(place, () => gateway, appsync),
  })
  const sns = createSns(context, { validatePolicy })
  const ordered = [
    iam.service,
    iam.sts,
    logs.service,
    cloudwatch.service,
    dynamodb.service,
    dynamodb.streams,
    createSqs(context, { validatePolicy }),
    sns,
    createStepFunctions(context, {
      onStatusChange: (change) => events.deliver(executionEvent(change)),
      mayAssume,
      serves: (service, action) => Object.hasOwn(services.get(service)?.actions ?? {}, action),
    }),
    lambda, // stopped before what functions call, so that those in flight can finish
    events.service,
    events.scheduler,
    appsync.service,
  ]
  for (const service of ordered) services.set(service.name, service)
  const gateway: Gateway = createGateway({
    services: ordered,
    authenticate: iam.authenticate,
    call: context.call,
    onRefused: ({ service, action }, { code: error }, requestId) =>
      report({
        at: clock.now(),
        service: 'gateway',
        what: 'refused',
        subject: `${service || 'aws'} ${action || 'request'}`,
        error,
        requestId,
      }),
    onBug: options.onBug,
  })
  return {
    context,
    iam,
    served: services,
    listeners,
    deployed,
    services: ordered,
    dynamodb,
    sns,
    appsync,
    lambda,
    gateway,
  }
}

/** The last one deployed first. A call that still comes for a stopped one is refused. */
async function stopAll(services: readonly Service[], served: Map<string, Service>): Promise<void> {
  for (const service of services) service.hold?.()
  for (const service of [...services].reverse()) {
    served.delete(service.name)
    await service.stop?.()
  }
}

/** What an operator's tools need besides the stacks' own outputs. */
function localOutputs(place: Place, operator: Credentials): Record<string, string> {
  return {
    AwsEndpoint: place.awsEndpoint,
    Region: place.region,
    AccessKeyId: operator.accessKeyId,
    SecretAccessKey: operator.secretAccessKey,
  }
}

/** In the shape of `cdk deploy --outputs-file`, with keys in it: for its owner's eyes only. */
function writeOutputs(folder: string, outputs: object): void {
  const file = join(folder, 'outputs.json')
  rmSync(file, { force: true })
  writeFileSync(file, `${JSON.stringify(outputs, null, 2)}\n`, { mode: 0o600 })
}

function stopwatch(onPhase: CloudOptions['onPhase']): (name: string) => void {
  let last = performance.now()
  return (name) => {
    const now = performance.now()
    onPhase?.(name, now - last)
    last = now
  }
}
