import type { CloudContext } from '../aws/context.ts'
import type { FunctionConfiguration } from './configuration.ts'

/** The whole environment of a sandbox: what Lambda sets, and the template's variables; nothing of the host's. */
export function environmentOf(
  fn: FunctionConfiguration,
  version: string,
  logStream: string,
  context: CloudContext,
): Record<string, string> {
  const { place } = context
  const keys = context.credentials(fn.role)
  return {
    ...fn.environment,
    _HANDLER: fn.handler,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
    AWS_DEFAULT_REGION: place.region,
    AWS_ENDPOINT_URL: place.awsEndpoint,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memorySize),
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: fn.logging.format,
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    ...(fn.logging.applicationLevel === undefined
      ? {}
      : { AWS_LAMBDA_LOG_LEVEL: fn.logging.applicationLevel }),
    AWS_REGION: place.region,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: fn.codePath,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
  }
}
