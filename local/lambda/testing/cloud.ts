import { operator } from '../../aws/principal.ts'
import type { Clock } from '../../aws/clock.ts'
import type { Resource } from '../../aws/resource.ts'
import type { Service } from '../../aws/service.ts'
import { testContext, testPlace, type TestContext } from '../../testing/context.ts'
import { createLambda } from '../index.ts'

export interface Invoked {
  readonly StatusCode: number
  readonly Payload: string
  readonly FunctionError?: string
  readonly ExecutedVersion?: string
  readonly LogResult?: string
}

export interface LambdaCloud {
  readonly lambda: Service
  readonly context: TestContext
  /** Makes an API call as the operator. */
  call(action: string, input: object): Promise<unknown>
  invoke(name: string, event?: unknown, more?: object): Promise<Invoked>
  /** What a function answered, parsed. */
  result(name: string, event?: unknown): Promise<unknown>
  end(): Promise<void>
}

export interface CloudOptions {
  readonly clock?: Clock
  readonly data?: string
  readonly services?: readonly Service[]
  readonly onStreamRecords?: (streamArn: string, listener: () => void) => () => void
}

/** Lambda with the given resources, deployed and started, beside the given services. */
export async function lambdaCloud(
  resources: readonly Resource[],
  options: CloudOptions = {},
): Promise<LambdaCloud> {
  const services: Service[] = [...(options.services ?? [])]
  const { clock, data } = options
  const context = testContext({
    services: () => services,
    ...(clock && { clock }),
    ...(data !== undefined && { data }),
  })
  const lambda = createLambda(context, {
    onStreamRecords: options.onStreamRecords ?? (() => () => undefined),
  })
  services.push(lambda)
  await lambda.deploy(resources)
  await lambda.start?.()
  const call = (action: string, input: object): Promise<unknown> =>
    context.call('lambda', action, input, operator)
  const invoke = async (name: string, event: unknown = {}, more: object = {}): Promise<Invoked> =>
    (await call('Invoke', { FunctionName: name, Payload: JSON.stringify(event), ...more })) as Invoked
  return {
    lambda,
    context,
    call,
    invoke,
    result: async (name, event) => JSON.parse((await invoke(name, event)).Payload) as unknown,
    async end() {
      await lambda.stop?.()
      context.cleanup()
    },
  }
}

/** A resource as the loader would hand it over, named by its logical id. */
export function resource(
  type: string,
  logicalId: string,
  properties: Record<string, unknown>,
  ref = logicalId,
): Resource {
  return {
    stack: 'Test',
    logicalId,
    type: `AWS::Lambda::${type}`,
    properties,
    ref,
    attributes: { Arn: functionArnOf(logicalId) },
  }
}

export function functionArnOf(name: string): string {
  return `arn:aws:lambda:${testPlace.region}:${testPlace.account}:function:${name}`
}

/** A function with inline CommonJS code: `body` becomes the handler's body, with `event` and `context`. */
export function fn(name: string, body: string, more: Record<string, unknown> = {}): Resource {
  return fnOf(name, `exports.handler = async (event, context) => { ${body} }`, more)
}

/** A function with the given module as its inline code. */
export function fnOf(name: string, source: string, more: Record<string, unknown> = {}): Resource {
  return resource('Function', name, {
    Code: { ZipFile: source },
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/things',
    ...more,
  })
}
