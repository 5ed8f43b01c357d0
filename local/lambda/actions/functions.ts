import type { CloudContext } from '../../aws/context.ts'
import { AwsError } from '../../aws/error.ts'
import type { Action, Input, Permission } from '../../aws/service.ts'
import type { Functions, Version } from '../functions.ts'
import { functionArn, parseFunctionName } from '../name.ts'

/** One permission on the function an input names; `*` when it names none. */
export function onFunction(context: CloudContext, action: string, input: Input): readonly Permission[] {
  try {
    const { name } = parseFunctionName(input.FunctionName)
    return [{ action: `lambda:${action}`, resource: functionArn(context.place, { name }) }]
  } catch {
    return [{ action: `lambda:${action}`, resource: '*' }]
  }
}

/** A FunctionConfiguration as the API shows it. */
export function shown({ configuration, version }: Version): object {
  const { logging, environment, deadLetterTarget } = configuration
  return {
    FunctionName: configuration.name,
    FunctionArn: version === '$LATEST' ? configuration.arn : `${configuration.arn}:${version}`,
    Runtime: configuration.runtime,
    Role: configuration.role,
    Handler: configuration.handler,
    CodeSize: configuration.codeSize,
    Description: configuration.description,
    Timeout: configuration.timeout,
    MemorySize: configuration.memorySize,
    CodeSha256: configuration.codeSha256,
    Version: version,
    ...(Object.keys(environment).length > 0 ? { Environment: { Variables: environment } } : {}),
    ...(deadLetterTarget === undefined ? {} : { DeadLetterConfig: { TargetArn: deadLetterTarget } }),
    TracingConfig: { Mode: configuration.tracing },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: configuration.architectures,
    EphemeralStorage: { Size: 512 },
    LoggingConfig: {
      LogFormat: logging.format,
      LogGroup: logging.group,
      ...(logging.applicationLevel === undefined ? {} : { ApplicationLogLevel: logging.applicationLevel }),
      ...(logging.systemLevel === undefined ? {} : { SystemLogLevel: logging.systemLevel }),
    },
  }
}

export function getFunction(context: CloudContext, functions: Functions): Action {
  return {
    permissions: (input) => onFunction(context, 'GetFunction', input),
    run(input) {
      const found = functions.resolve(parseFunctionName(input.FunctionName, input.Qualifier))
      const { codePath, reservedConcurrency } = found.configuration
      return {
        Configuration: shown(found),
        Code: { RepositoryType: 'S3', Location: `file://${codePath}` },
        ...(reservedConcurrency === undefined
          ? {}
          : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
      }
    },
  }
}

export function getFunctionConfiguration(context: CloudContext, functions: Functions): Action {
  return {
    permissions: (input) => onFunction(context, 'GetFunctionConfiguration', input),
    run: (input) => shown(functions.resolve(parseFunctionName(input.FunctionName, input.Qualifier))),
  }
}

/** All functions in one page. */
export function listFunctions(functions: Functions): Action {
  return {
    permissions: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
    run: () => ({
      Functions: functions.all().map((configuration) => shown({ configuration, version: '$LATEST' })),
    }),
  }
}

export function getPolicy(context: CloudContext, functions: Functions): Action {
  return {
    permissions: (input) => onFunction(context, 'GetPolicy', input),
    run(input) {
      const { name } = parseFunctionName(input.FunctionName, input.Qualifier)
      functions.resolve({ name })
      const policy = functions.policy(name)
      if (!policy)
        throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
          status: 404,
        })
      return { Policy: JSON.stringify({ ...policy, Id: 'default' }), RevisionId: '1' }
    },
  }
}
