import type { AppSync } from './appsync/index.ts'
import type { Activity } from './aws/activity.ts'
import { systemClock, type Clock } from './aws/clock.ts'
import type { CloudContext, Credentials } from './aws/context.ts'
import type { Place } from './aws/place.ts'
import { certificateOf } from './certificate.ts'
import { openDataFolder } from './data-folder.ts'
import { createDoor } from './door.ts'
import type { Faults } from './dynamodb/index.ts'
import { listenOnLoopback } from './http/index.ts'
import type { Iam } from './iam/index.ts'
import type { Lambda } from './lambda/index.ts'
import { writeOutputs, type Outputs } from './outputs.ts'
import { createServices } from './services.ts'
import type { Sns } from './sns/index.ts'

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
  readonly outputs: Outputs
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
  const { assembly, data, clock = systemClock, parameters = {}, dynamodbEndpoint, onBug } = options
  const phase = stopwatch(options.onPhase)
  const folder = openDataFolder(data, options.reset)
  const undo: (() => Promise<void> | void)[] = [() => folder.release()]
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const doors = { aws: createDoor(), web: createDoor() }
    const aws = await listenOnLoopback(doors.aws.listener, options.awsPort, { option: '--aws-port' })
    undo.push(() => aws.close())
    const web = await listenOnLoopback(doors.web.listener, options.port, { tls: await certificateOf(data) })
    web.server.on('upgrade', doors.web.upgrade)
    undo.push(() => web.close())
    phase('open the ports')
    await options.prepare?.()
    phase('prepare the template')

    const place = placeAt(aws.origin, web.origin)
    const listeners = new Set(options.onActivity && [options.onActivity])
    const report = (activity: Activity): void => {
      for (const listener of listeners) listener(activity)
    }
    const services = createServices({ place, folder, clock, report, parameters, dynamodbEndpoint, onBug })
    undo.push(() => services.stop())
    const { iam, appsync, deployer } = services
    await deployer.deploy(assembly)
    phase('deploy the resources')
    // What services start calls in here.
    doors.aws.open(services.gateway.listener)
    await services.start()
    doors.web.open((...who) => appsync.handle(...who), appsync.handleUpgrade)
    const operator = iam.operatorCredentials()
    const publish = (): void => writeOutputs(data, deployer.current().outputs, place, operator)
    publish()
    phase('start the services')
    return {
      place,
      get outputs() {
        return deployer.current().outputs
      },
      operator,
      call: services.call,
      watch(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      faults: services.dynamodb.faults,
      appsync,
      sns: services.sns,
      iam,
      lambda: services.lambda,
      reload: () => deployer.deploy(assembly).then(publish),
      stop,
    }
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

/** One account, one region, and what its two ports are called by. */
const placeAt = (awsEndpoint: string, appsyncEndpoint: string): Place => ({
  partition: 'aws',
  region: 'us-east-1',
  account: '000000000000',
  awsEndpoint,
  appsyncEndpoint,
})

function stopwatch(onPhase: CloudOptions['onPhase']): (name: string) => void {
  let last = performance.now()
  return (name) => {
    const now = performance.now()
    onPhase?.(name, now - last)
    last = now
  }
}
