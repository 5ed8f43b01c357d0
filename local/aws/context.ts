import type { Activity } from './activity.ts'
import type { Clock } from './clock.ts'
import type { Place } from './place.ts'
import type { Principal } from './principal.ts'
import type { Permission } from './service.ts'

/** Keys with which a role signs its calls. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** One value of a CloudWatch metric. */
export interface MetricDatum {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly value: number
  /** CloudWatch's word, e.g. `Count`, `Milliseconds`. */
  readonly unit: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** What every service is created with: the only way by which services reach each other. */
export interface CloudContext {
  readonly place: Place
  readonly clock: Clock
  /** Existing folder in which the service may keep files of its own (`<name>.db`). */
  readonly data: string
  /**
   * Makes an API call as `principal` without a network hop: authorizes it, runs it, reports it as an activity.
   * Rejects with AwsError as the real call would, access denied included. `requestId` is the one its caller is told;
   * a new one when it came over no wire.
   */
  readonly call: (
    service: string,
    action: string,
    input: object,
    principal: Principal,
    signal?: AbortSignal,
    requestId?: string,
  ) => Promise<unknown>
  /** Rejects with AwsError (access denied) unless the role, the resource policy or both allow it as IAM evaluates. */
  authorize(principal: Principal, permission: Permission): void
  /** The keys a role's code signs with. */
  credentials(roleArn: string): Credentials
  /** Tells whoever watches (terminal, traces, tests) what happened. Cheap; never throws. */
  report(activity: Activity): void
  /** Appends an event to a CloudWatch log group, creating group and stream; `message` is one event, `at` in milliseconds. */
  log(group: string, stream: string, message: string, at: number): void
  /** Counts a value of a CloudWatch metric, such as the ones AWS publishes by itself (`AWS/SQS`, `AWS/Lambda`). */
  metric(datum: MetricDatum): void
  /**
   * Path of the file or folder behind an asset of the template: takes a CodeS3Location (`s3://bucket/key`) or an
   * S3 key; undefined when the assembly has no such asset.
   */
  asset(location: string): string | undefined
  /**
   * `file:line:column` of the template where the value at a path of a resource stands (`'Properties', 'Name'`);
   * undefined where there is no template.
   */
  where(stack: string, logicalId: string, ...path: (string | number)[]): string | undefined
}
