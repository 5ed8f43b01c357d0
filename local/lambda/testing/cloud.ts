import { operator } from '../../aws/principal.ts'
import type { CloudContext } from '../../aws/context.ts'
import type { Clock } from '../../aws/clock.ts'
import type { Resource } from '../../aws/resource.ts'
import type { Service } from '../../aws/service.ts'
import { testContext, testPlace, type TestContext } from '../../testing/context.ts'
import { createLambda } from '../index.ts'
import type { Wire } from '../wire.ts'

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
  readonly call: (action: string, input: object) => Promise<unknown>
  readonly invoke: (name: string, event?: unknown, more?: object) => Promise<Invoked>
  /** What a function answered, parsed. */
  readonly result: (name: string, event?: unknown) => Promise<unknown>
  end(): Promise<void>
}

export interface CloudOptions {
  readonly clock?: Clock
  readonly data?: string
  /** What stands beside Lambda. */
  readonly beside?: (context: CloudContext) => readonly Service[]
  /** Folder behind each S3 key. */
  readonly assets?: Readonly<Record<string, string>>
  readonly onStreamRecords?: (streamArn: string, listener: () => void) => () => void
  readonly wire?: Wire
}

/** Lambda with the given resources, deployed and started, beside the given services. */
export async function lambdaCloud(
  resources: readonly Resource[],
  options: CloudOptions = {},
): Promise<LambdaCloud> {
  const services: Service[] = []
  const { clock, data } = options
  const context = {
    ...testContext({
      services: () => services,
      ...(clock && { clock }),
      ...(data !== undefined && { data }),
    }),
    asset: (location: string) => options.assets?.[location],
    where: () => undefined,
  }
  const lambda = createLambda(context, {
    onStreamRecords: options.onStreamRecords ?? (() => () => undefined),
    ...(options.wire && { wire: options.wire }),
  })
  const beside = options.beside?.(context) ?? []
  services.push(...beside)
  for (const service of beside) await service.start?.()
  services.push(lambda)
  const end = async (): Promise<void> => {
    await lambda.stop?.()
    for (const service of beside) await service.stop?.()
    context.cleanup()
  }
  try {
    await lambda.deploy(resources)
  } catch (refusal) {
    await end()
    throw refusal
  }
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
    end,
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

/** An event source mapping of a function. */
export function mappingOf(
  functionName: string,
  EventSourceArn: string,
  more: Record<string, unknown> = {},
): Resource {
  return resource(
    'EventSourceMapping',
    'Mapping',
    { FunctionName: functionName, EventSourceArn, ...more },
    'mapping-1',
  )
}

/** Waits for something to become true; the test's time-out is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}
