/** One operation of a REST service. Parts in braces are members. */
export interface Route {
  readonly service: string
  readonly action: string
  readonly method: string
  readonly path: readonly string[]
  /** Query parameters that are not named like their members. */
  readonly query?: Readonly<Record<string, string>>
  /** Headers that are members. */
  readonly headers?: Readonly<Record<string, string>>
  /** The member that is the body itself, not JSON. */
  readonly payload?: string
  /** Status of success; 200 unless AWS uses another. */
  readonly status?: number
}

const tables: Readonly<Record<string, string>> = {
  lambda: `
    ListFunctions               GET    /2015-03-31/functions
    GetFunction                 GET    /2015-03-31/functions/{FunctionName}
    GetFunctionConfiguration    GET    /2015-03-31/functions/{FunctionName}/configuration
    GetPolicy                   GET    /2015-03-31/functions/{FunctionName}/policy
    ListVersionsByFunction      GET    /2015-03-31/functions/{FunctionName}/versions
    ListAliases                 GET    /2015-03-31/functions/{FunctionName}/aliases
    GetAlias                    GET    /2015-03-31/functions/{FunctionName}/aliases/{Name}
    CreateFunction              POST   /2015-03-31/functions
    DeleteFunction              DELETE /2015-03-31/functions/{FunctionName}
    ListEventSourceMappings     GET    /2015-03-31/event-source-mappings
    GetEventSourceMapping       GET    /2015-03-31/event-source-mappings/{UUID}
    UpdateEventSourceMapping    PUT    /2015-03-31/event-source-mappings/{UUID}
    GetFunctionConcurrency      GET    /2019-09-30/functions/{FunctionName}/concurrency
    GetFunctionEventInvokeConfig GET   /2019-09-25/functions/{FunctionName}/event-invoke-config
    GetAccountSettings          GET    /2016-08-19/account-settings
    ListTags                    GET    /2017-03-31/tags/{Resource}`,
  scheduler: `
    ListSchedules               GET    /schedules
    GetSchedule                 GET    /schedules/{Name}
    CreateSchedule              POST   /schedules/{Name}
    UpdateSchedule              PUT    /schedules/{Name}
    DeleteSchedule              DELETE /schedules/{Name}
    ListScheduleGroups          GET    /schedule-groups
    GetScheduleGroup            GET    /schedule-groups/{Name}`,
  xray: `
    PutTraceSegments            POST   /TraceSegments
    PutTelemetryRecords         POST   /TelemetryRecords
    GetTraceSummaries           POST   /TraceSummaries
    BatchGetTraces              POST   /Traces
    GetSamplingRules            POST   /GetSamplingRules
    GetSamplingTargets          POST   /SamplingTargets`,
}

/** What the paths alone do not tell. */
const particulars: Readonly<Record<string, Partial<Route>>> = {
  ListSchedules: { query: { ScheduleGroup: 'GroupName' } },
  GetSchedule: { query: { groupName: 'GroupName' } },
  DeleteSchedule: { query: { groupName: 'GroupName', clientToken: 'ClientToken' } },
  CreateFunction: { status: 201 },
  DeleteFunction: { status: 204 },
  UpdateEventSourceMapping: { status: 202 },
}

const invoke: Route = {
  service: 'lambda',
  action: 'Invoke',
  method: 'POST',
  path: '/2015-03-31/functions/{FunctionName}/invocations'.split('/'),
  payload: 'Payload',
  headers: {
    'x-amz-invocation-type': 'InvocationType',
    'x-amz-log-type': 'LogType',
    'x-amz-client-context': 'ClientContext',
    'x-amz-function-error': 'FunctionError',
    'x-amz-executed-version': 'ExecutedVersion',
    'x-amz-log-result': 'LogResult',
  },
}

export const routes: readonly Route[] = [
  invoke,
  ...Object.entries(tables).flatMap(([service, table]) =>
    table
      .trim()
      .split('\n')
      .map((line): Route => {
        const [action = '', method = '', path = ''] = line.trim().split(/\s+/)
        return { service, action, method, path: path.split('/'), ...particulars[action] }
      }),
  ),
]
