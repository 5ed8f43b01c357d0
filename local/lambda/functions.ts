import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { AwsError } from '../aws/error.ts'
import type { CloudContext } from '../aws/context.ts'
import type { PolicyDocument } from '../aws/service.ts'
import { limitColdStarts } from './coldStarts.ts'
import type { FunctionConfiguration } from './configuration.ts'
import { machineLoad } from './machineLoad.ts'
import { functionArn, type FunctionName } from './name.ts'
import { createPool, type Pool } from './pool.ts'
import type { Wire } from './wire.ts'

export interface Version {
  readonly configuration: FunctionConfiguration
  /** `$LATEST` or a number. */
  readonly version: string
}

export interface Alias {
  readonly name: string
  readonly functionName: string
  readonly version: string
  readonly description: string
}

/** What the template says of functions, versions, aliases and who may invoke them. */
export interface Declared {
  readonly functions: readonly FunctionConfiguration[]
  /** Published versions by function name. */
  readonly versions: ReadonlyMap<string, readonly string[]>
  readonly aliases: readonly Alias[]
  /** Statements by function name. */
  readonly statements: ReadonlyMap<string, readonly object[]>
}

export interface Answer {
  /** JSON: the result, or the error payload. */
  readonly payload: string
  readonly functionError?: 'Unhandled'
  readonly version: string
  readonly requestId: string
}

export interface InvokeOptions {
  readonly requestId?: string
  readonly clientContext?: string | undefined
  readonly onLog?: (line: string) => void
}

/** The functions as they stand, and the running of them. */
export interface Functions {
  declare(next: Declared): Promise<void>
  all(): readonly FunctionConfiguration[]
  /** Throws ResourceNotFoundException. */
  resolve(name: FunctionName): Version
  versions(functionName: string): readonly string[]
  aliases(functionName: string): readonly Alias[]
  policy(functionName: string): PolicyDocument | undefined
  /**
   * Runs a function once and waits for it. Throws TooManyRequestsException beyond the reserved concurrency and
   * InvalidRequestContentException for a payload that is no JSON; what the function throws is an answer.
   */
  invoke(name: FunctionName, payload: string, options?: InvokeOptions): Promise<Answer>
  /** Folders of the code that invocations in flight may still load something of. */
  codeInUse(): ReadonlySet<string>
  close(): Promise<void>
}

/** The most bytes Lambda lets a function answer with. */
const largestResponse = 6_291_556

export function createFunctions(context: CloudContext, wire?: Wire): Functions {
  let functions = new Map<string, FunctionConfiguration>()
  let declared: Declared = { functions: [], versions: new Map(), aliases: [], statements: new Map() }
  const pools = new Map<string, { pool: Pool; text: string }>()
  const coldStarts = limitColdStarts(availableParallelism(), context.clock)
  const surroundings = { coldStarts, load: machineLoad(), wire }

  function poolOf({ configuration, version }: Version): Pool {
    const key = `${configuration.name}:${version}`
    const known = pools.get(key)
    if (known) return known.pool
    const pool = createPool(configuration, version, context, surroundings)
    pools.set(key, { pool, text: JSON.stringify(configuration) })
    return pool
  }

  function count(name: string, metric: string, value: number, unit = 'Count'): void {
    const dimensions = { FunctionName: name }
    context.metric({
      namespace: 'AWS/Lambda',
      name: metric,
      dimensions,
      value,
      unit,
      at: context.clock.now(),
    })
  }

  async function run(target: Version, arn: string, payload: string, options: InvokeOptions): Promise<Answer> {
    const requestId = options.requestId ?? randomUUID()
    const { name } = target.configuration
    const pool = poolOf(target)
    const outcome = await pool.invoke({ id: requestId, payload, arn, ...options })
    if (outcome.unreadable)
      throw new AwsError(
        'InvalidRequestContentException',
        `Could not parse request body into json: ${outcome.payload}`,
      )
    const answer = limited(outcome.payload)
    const failed = outcome.status !== 'success' || answer !== outcome.payload
    count(name, 'Invocations', 1)
    count(name, 'Errors', failed ? 1 : 0)
    count(name, 'Duration', outcome.took, 'Milliseconds')
    count(name, 'ConcurrentExecutions', pool.concurrency() + 1)
    const { version } = target
    return { payload: answer, version, requestId, ...(failed ? { functionError: 'Unhandled' } : {}) }
  }

  const self: Functions = {
    async declare(next) {
      declared = next
      functions = new Map(next.functions.map((fn) => [fn.name, fn]))
      for (const [key, { pool, text }] of pools) {
        const configuration = functions.get(key.slice(0, key.lastIndexOf(':')))
        const now = JSON.stringify(configuration)
        if (configuration === undefined) {
          pools.delete(key)
          await pool.close()
        } else if (now !== text) {
          pools.set(key, { pool, text: now })
          pool.update(configuration)
        }
      }
    },
    all: () => [...functions.values()],
    resolve({ name, qualifier = '$LATEST' }) {
      const configuration = functions.get(name)
      const alias = declared.aliases.find((each) => each.functionName === name && each.name === qualifier)
      const version = alias?.version ?? qualifier
      if (configuration && (version === '$LATEST' || self.versions(name).includes(version)))
        return { configuration, version }
      throw new AwsError(
        'ResourceNotFoundException',
        `Function not found: ${functionArn(context.place, { name, qualifier: qualifier === '$LATEST' ? undefined : qualifier })}`,
        { status: 404, members: { Type: 'User' } },
      )
    },
    versions: (name) => declared.versions.get(name) ?? [],
    aliases: (name) => declared.aliases.filter((alias) => alias.functionName === name),
    policy(name) {
      const statements = declared.statements.get(name)
      return statements && { Version: '2012-10-17', Statement: statements }
    },
    async invoke(name, payload, options = {}) {
      const target = self.resolve(name)
      const started = performance.now()
      const about = {
        at: context.clock.now(),
        service: 'lambda',
        what: 'invoke',
        subject: target.configuration.name,
        input: { payload },
      }
      try {
        const answer = await run(target, functionArn(context.place, name), payload, options)
        context.report({
          ...about,
          requestId: answer.requestId,
          took: performance.now() - started,
          output: { payload: answer.payload },
          ...(answer.functionError ? { error: errorTypeOf(answer.payload) } : {}),
        })
        return answer
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        if (error.code === 'TooManyRequestsException') count(target.configuration.name, 'Throttles', 1)
        context.report({ ...about, error: error.code })
        throw error
      }
    },
    codeInUse: () => new Set([...pools.values()].flatMap(({ pool }) => pool.codeInUse())),
    async close() {
      await Promise.all([...pools.values()].map(({ pool }) => pool.close()))
    },
  }
  return self
}

function limited(payload: string): string {
  if (payload.length * 3 <= largestResponse || Buffer.byteLength(payload) <= largestResponse) return payload
  return JSON.stringify({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${largestResponse} bytes).`,
  })
}

function errorTypeOf(payload: string): string {
  return /"errorType":"([^"]*)"/.exec(payload)?.[1] ?? 'Unhandled'
}
