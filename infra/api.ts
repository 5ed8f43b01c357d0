import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  AppsyncFunction,
  AuthorizationType,
  Code,
  Definition,
  FieldLogLevel,
  FunctionRuntime,
  GraphqlApi,
  IntrospectionConfig,
  Resolver,
} from 'aws-cdk-lib/aws-appsync'
import type { BaseDataSource, CfnGraphQLApi } from 'aws-cdk-lib/aws-appsync'
import { Policy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Expiration, Validations } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { codeHash } from './bundles.ts'
import { fields } from './fields.ts'
import type { SourceName } from './fields.ts'
import type { FunctionDefaults } from './function.ts'
import { keyExpiry } from './key-expiry.ts'
import { createLogGroup } from './logs.ts'
import { allow } from './role.ts'
import { createSources } from './sources.ts'
import type { Tables } from './tables.ts'

interface ApiParts {
  readonly tables: Tables
  readonly saga: StateMachine
  readonly orderUndo: StateMachine
  /** `YYYY-MM`, from which the key's expiry is counted. */
  readonly month: string
}

/** The GraphQL API: by key for apps, by IAM for what only the system and its operators may do. */
export function createApi(stack: Construct, defaults: FunctionDefaults, parts: ApiParts): GraphqlApi {
  const { tables, saga, orderUndo, month } = parts
  const api = new GraphqlApi(stack, 'Api', {
    name: 'order-system',
    definition: Definition.fromFile(join(dirname(import.meta.dirname), 'schema.graphql')),
    authorizationConfig: {
      defaultAuthorization: {
        authorizationType: AuthorizationType.API_KEY,
        apiKeyConfig: { expires: Expiration.atDate(keyExpiry(month)) },
      },
      additionalAuthorizationModes: [{ authorizationType: AuthorizationType.IAM }],
    },
    xrayEnabled: true,
    introspectionConfig: IntrospectionConfig.ENABLED,
    queryDepthLimit: 20, // our own types nest 4 deep; the usual introspection query nests 13 to 15
    resolverCountLimit: 50, // only root fields have resolvers: as many of them may stand in one request
    environmentVariables: {
      ORDERS_TABLE: tables.orders.tableName,
      IDEMPOTENCY_TABLE: tables.idempotency.tableName,
      INVENTORY_TABLE: tables.inventory.tableName,
      STATE_MACHINE_ARN: saga.stateMachineArn,
      UNDO_MACHINE_ARN: orderUndo.stateMachineArn,
    },
  })
  keepLogs(api, defaults.logRetentionDays)
  createResolvers(api, join(defaults.bundles, 'resolvers'), createSources(api, tables, [saga, orderUndo]))
  return api
}

/**
 * Logs fields in error, without what was asked and answered. Not by the construct's `logConfig`: that would set the
 * retention by a custom resource with a function of its own.
 */
function keepLogs(api: GraphqlApi, retentionDays: number): void {
  const role = new Role(api, 'LogRole', { assumedBy: new ServicePrincipal('appsync.amazonaws.com') })
  const resource = api.node.defaultChild as CfnGraphQLApi
  resource.logConfig = {
    cloudWatchLogsRoleArn: role.roleArn,
    fieldLogLevel: FieldLogLevel.ERROR,
    excludeVerboseContent: true,
  }
  Validations.of(api).acknowledge({
    id: 'AwsSolutions-ASC3',
    reason:
      'Requests are logged, but without headers, variables and mapped data: they hold addresses and API keys.',
  })
  const logs = createLogGroup(api, 'Logs', retentionDays, `/aws/appsync/apis/${api.apiId}`)
  // Apart from the role, which the API needs before there is an id to name the log group by.
  new Policy(api, 'LogPolicy', {
    roles: [role],
    statements: [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logs.logGroupArn)],
  })
}

function createResolvers(api: GraphqlApi, folder: string, sources: Record<SourceName, BaseDataSource>): void {
  const runtime = FunctionRuntime.JS_1_0_0
  const code = (name: string) => {
    const file = join(folder, `${name}.js`)
    return Code.fromAsset(file, { assetHash: codeHash(new Map([[file, readFileSync(file)]])) })
  }
  for (const [field, source] of Object.entries(fields)) {
    const [typeName = '', fieldName = ''] = field.split('.')
    const common = { api, typeName, fieldName, runtime, code: code(field) }
    if (typeof source === 'string') {
      new Resolver(api, field, { ...common, dataSource: sources[source] })
      continue
    }
    const pipelineConfig = source.map(([file, name]) => {
      return new AppsyncFunction(api, file, {
        api,
        name: file.replaceAll('.', '_'),
        dataSource: sources[name],
        runtime,
        code: code(file),
      })
    })
    new Resolver(api, field, { ...common, pipelineConfig })
  }
}
