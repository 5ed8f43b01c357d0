import type { Principal } from './principal.ts'
import type { Resource, ResourceType } from './resource.ts'

/** Parsed members of a request, spelled as the AWS API spells them (`QueueUrl`, `stateMachineArn`). */
export type Input = Readonly<Record<string, unknown>>

/** One thing a caller must be allowed to do before an action runs. */
export interface Permission {
  /** IAM's name, e.g. `dynamodb:PutItem`; not always the API's: TransactWriteItems asks for one per item. */
  readonly action: string
  readonly resource: string
  /** Policy attached to the resource itself (queue, topic, function), when it has one. */
  readonly resourcePolicy?: PolicyDocument | undefined
  /** Condition keys beyond the global ones, e.g. `{'dynamodb:LeadingKeys': ['a']}`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}

/** An IAM policy as it stands in the template, intrinsics resolved. The evaluator judges its contents. */
export interface PolicyDocument {
  readonly Version?: string
  readonly Statement: unknown
}

/** What an action learns about the call beyond its input. */
export interface CallContext {
  readonly principal: Principal
  readonly requestId: string
  /** Fires when the caller hangs up; long polls end then. */
  readonly signal?: AbortSignal | undefined
}

/** One operation of an AWS API: what it takes to be allowed to, and what it does. */
export interface Action {
  /** What the caller needs. Must not fail on bad input: an action that cannot tell asks for `*`. */
  permissions(input: Input): readonly Permission[]
  /** Answers the members of the response; throws AwsError for what AWS would refuse. */
  run(input: Input, context: CallContext): Promise<object> | object
}

/** One AWS service. Its `actions` are the support table: what is not listed is refused by name. */
export interface Service {
  /** The name in SigV4 credential scopes and endpoint prefixes: `dynamodb`, `sqs`, `states`, `monitoring`. */
  readonly name: string
  readonly actions: Readonly<Record<string, Action>>
  /** CloudFormation resource types this service runs, by type name. */
  readonly resourceTypes: Readonly<Record<string, ResourceType>>
  /**
   * Brings the service to what the template says. Gets every resource of its types, at start and after each hot
   * reload: creates what is new, changes what changed, keeps data. Throws an Error that names the resource when
   * AWS would refuse to deploy it.
   */
  deploy(resources: readonly Resource[]): Promise<void>
  /** Starts what acts by itself (pollers, timers, unfinished executions), once every service is deployed. */
  start?(): Promise<void> | void
  /**
   * Comes before any service is stopped: from here on calls may fail for that alone. Begins no call of its own any more,
   * and takes no failure for one: what is under way begins anew with the next start. Still answers others.
   */
  hold?(): void
  /** Ends what `start` began and closes stores; afterwards nothing of the service keeps the process alive. */
  stop?(): Promise<void> | void
}
