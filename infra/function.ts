import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda'
import { Duration } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { codeHash } from './bundles.ts'
import type { FunctionBundle } from './bundles.ts'
import { createLogGroup } from './logs.ts'
import { allow, createRole, sendTraces } from './role.ts'

/** What all functions of the stack share. */
export interface FunctionDefaults {
  /** Folder with the built code. */
  readonly bundles: string
  readonly logRetentionDays: number
}

export interface FunctionDetails {
  readonly bundle: FunctionBundle
  /** Export of the bundle that is called. */
  readonly handler?: string
  /** Seconds. */
  readonly timeout: number
  readonly environment: Record<string, string>
  /** All it may do beyond writing its log and sending traces. */
  readonly may: PolicyStatement[]
}

/** The `service` a function's logs and metrics bear: its id in kebab case. */
export const serviceName = (id: string): string => id.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()

/** Namespace of the metrics that functions write. */
export const metricsNamespace = 'order-system/Custom'

/** A function with its log group and a role of its own. */
export function createFunction(
  stack: Construct,
  id: string,
  { bundles, logRetentionDays }: FunctionDefaults,
  { bundle, handler = 'handler', timeout, environment, may }: FunctionDetails,
): Function {
  const code = join(bundles, 'functions', bundle)
  const files = new Map(readdirSync(code).map((name) => [name, readFileSync(join(code, name))]))
  const logGroup = createLogGroup(stack, `${id}Logs`, logRetentionDays)
  const writeLog = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn)
  return new Function(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: 512, // by which the CPU is measured out, too: parsing the AWS SDK takes some
    code: Code.fromAsset(code, { assetHash: codeHash(files) }),
    handler: `${bundle}.${handler}`,
    timeout: Duration.seconds(timeout),
    environment: {
      POWERTOOLS_SERVICE_NAME: serviceName(id),
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
      POWERTOOLS_LOG_LEVEL: 'INFO',
      ...environment,
    },
    logGroup,
    tracing: Tracing.ACTIVE,
    role: createRole(stack, `${id}Role`, 'lambda.amazonaws.com', [writeLog, sendTraces(), ...may]),
  })
}
