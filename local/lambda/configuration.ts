import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CloudContext } from '../aws/context.ts'
import type { Resource } from '../aws/resource.ts'
import { properties, propertiesOf, type Properties } from './properties.ts'

/** A function as its resource describes it, with every default filled in. */
export interface FunctionConfiguration {
  readonly name: string
  readonly arn: string
  readonly runtime: string
  readonly handler: string
  /** Folder of the unpacked zip. */
  readonly codePath: string
  readonly codeSha256: string
  readonly codeSize: number
  /** Seconds. */
  readonly timeout: number
  readonly memorySize: number
  readonly environment: Readonly<Record<string, string>>
  readonly role: string
  readonly description: string
  readonly architectures: readonly string[]
  readonly logging: Logging
  readonly tracing: 'Active' | 'PassThrough'
  readonly reservedConcurrency?: number | undefined
  /** ARN of a queue or topic. */
  readonly deadLetterTarget?: string | undefined
}

export interface Logging {
  readonly format: 'Text' | 'JSON'
  readonly group: string
  readonly applicationLevel?: string | undefined
  readonly systemLevel?: string | undefined
}

const understood = [
  ...[
    'Code',
    'Runtime',
    'Handler',
    'Timeout',
    'MemorySize',
    'Environment',
    'Role',
    'LoggingConfig',
    'TracingConfig',
  ],
  ...['Architectures', 'ReservedConcurrentExecutions', 'FunctionName', 'DeadLetterConfig', 'PackageType'],
  // Without a local effect:
  ...[
    'Description',
    'Tags',
    'VpcConfig',
    'KmsKeyArn',
    'EphemeralStorage',
    'RuntimeManagementConfig',
    'RecursiveLoop',
  ],
]

/** Lambda's own, which a template may not set. */
const reservedKeys = [
  ...['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV'],
  ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
  ...['AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
]

export function readFunction(resource: Resource, context: CloudContext): FunctionConfiguration {
  const given = propertiesOf(resource)
  given.only(understood)
  const runtime = given.text('Runtime')
  if (!/^nodejs\d+\.x$/.test(runtime))
    throw new Error(`${given.path}: Runtime ${runtime} is not supported here, only nodejs`)
  if ((given.optionalText('PackageType') ?? 'Zip') !== 'Zip')
    throw new Error(`${given.path}: PackageType ${given.text('PackageType')} is not supported here, only Zip`)
  const name = resource.ref
  return {
    name,
    arn: resource.attributes.Arn ?? '',
    runtime,
    handler: given.text('Handler'),
    ...readCode(given, name, context),
    timeout: within(given, 'Timeout', 1, 900) ?? 3,
    memorySize: within(given, 'MemorySize', 128, 10_240) ?? 128,
    environment: readEnvironment(given),
    role: given.text('Role'),
    description: given.optionalText('Description') ?? '',
    architectures: given.list('Architectures').map(String).concat('x86_64').slice(0, 1),
    logging: readLogging(given, name),
    tracing: given.object('TracingConfig')?.optionalText('Mode') === 'Active' ? 'Active' : 'PassThrough',
    reservedConcurrency: given.number('ReservedConcurrentExecutions'),
    deadLetterTarget: given.object('DeadLetterConfig')?.optionalText('TargetArn'),
  }
}

function within(given: Properties, name: string, least: number, most: number): number | undefined {
  const value = given.number(name)
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
    throw new Error(`${given.path}: ${name} must be from ${least} to ${most}, not ${value}`)
  return value
}

interface Code {
  readonly codePath: string
  readonly codeSha256: string
  readonly codeSize: number
}

function readCode(given: Properties, name: string, context: CloudContext): Code {
  const code = given.object('Code') ?? properties({}, given.path)
  code.only(['S3Bucket', 'S3Key', 'ZipFile', 'S3ObjectVersion', 'SourceKMSKeyArn'])
  const source = code.optionalText('ZipFile')
  if (source !== undefined) return inlineCode(source, name, context)
  const key = code.text('S3Key')
  const codePath = context.asset(key)
  if (codePath === undefined) throw new Error(`${given.path}: the assembly has no asset ${key}`)
  if (!existsSync(codePath) || !statSync(codePath).isDirectory())
    throw new Error(`${given.path}: the code ${codePath} is not a folder; zip files are not unpacked here`)
  return { codePath, codeSha256: digest(`${codePath}\n${key}`), codeSize: 0 }
}

/** CloudFormation puts inline code into a file named index. */
function inlineCode(source: string, name: string, context: CloudContext): Code {
  const codeSha256 = digest(source)
  const codePath = join(
    context.data,
    'lambda-inline',
    name,
    createHash('sha256').update(source).digest('hex').slice(0, 16),
  )
  mkdirSync(codePath, { recursive: true })
  writeFileSync(join(codePath, 'index.js'), source)
  // Lambda sees no package.json above the code; the data folder may lie in a package of ES modules.
  writeFileSync(join(codePath, 'package.json'), '{}')
  return { codePath, codeSha256, codeSize: Buffer.byteLength(source) }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

function readEnvironment(given: Properties): Record<string, string> {
  const variables = given.object('Environment')?.raw('Variables') ?? {}
  const environment: Record<string, string> = {}
  for (const [key, value] of Object.entries(variables)) environment[key] = String(value)
  const taken = Object.keys(environment).filter((key) => reservedKeys.includes(key))
  const prefix = `${given.path}: Lambda was unable to configure your environment variables because the environment variables you have provided`
  if (taken.length > 0)
    throw new Error(
      `${prefix} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${taken.join(', ')}`,
    )
  const measured = JSON.stringify(environment)
  if (Buffer.byteLength(measured) > 4096)
    throw new Error(`${prefix} exceeded the 4KB limit. String measured: ${measured}`)
  return environment
}

function readLogging(given: Properties, name: string): Logging {
  const config = given.object('LoggingConfig')
  config?.only(['LogFormat', 'LogGroup', 'ApplicationLogLevel', 'SystemLogLevel'])
  return {
    format: config?.optionalText('LogFormat') === 'JSON' ? 'JSON' : 'Text',
    group: config?.optionalText('LogGroup') ?? `/aws/lambda/${name}`,
    applicationLevel: config?.optionalText('ApplicationLogLevel'),
    systemLevel: config?.optionalText('SystemLogLevel'),
  }
}
