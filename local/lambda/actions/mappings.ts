import type { CloudContext } from '../../aws/context.ts'
import { arn } from '../../aws/place.ts'
import { AwsError } from '../../aws/error.ts'
import { flag, text } from '../../aws/input.ts'
import type { Action, Input, Permission } from '../../aws/service.ts'
import { parseFunctionName } from '../name.ts'
import type { MappingState, Sources } from '../sources/sources.ts'

function onMapping(context: CloudContext, action: string, input: Input): readonly Permission[] {
  const uuid = text(input, 'UUID')
  const resource = uuid === undefined ? '*' : arn(context.place, 'lambda', `event-source-mapping:${uuid}`)
  return [{ action: `lambda:${action}`, resource }]
}

function shown({ mapping, enabled, lastResult, modified }: MappingState): object {
  const { stream } = mapping
  const filters = mapping.filterTexts.map((Pattern) => ({ Pattern }))
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: mapping.sourceArn,
    FunctionArn: mapping.functionArn,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.window / 1000,
    ...(filters.length > 0 ? { FilterCriteria: { Filters: filters } } : {}),
    FunctionResponseTypes: mapping.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
    LastModified: modified / 1000,
    LastProcessingResult: lastResult,
    State: enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'USER_INITIATED',
    ...(mapping.maximumConcurrency === undefined
      ? {}
      : { ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency } }),
    ...(mapping.kind === 'queue'
      ? {}
      : {
          StartingPosition: stream.startingPosition,
          ParallelizationFactor: stream.parallelization,
          BisectBatchOnFunctionError: stream.bisect,
          MaximumRetryAttempts: stream.maximumRetries ?? -1,
          MaximumRecordAgeInSeconds: stream.maximumAge === undefined ? -1 : stream.maximumAge / 1000,
          DestinationConfig: {
            OnFailure: stream.onFailure === undefined ? {} : { Destination: stream.onFailure },
          },
        }),
  }
}

export function getEventSourceMapping(context: CloudContext, sources: Sources): Action {
  return {
    permissions: (input) => onMapping(context, 'GetEventSourceMapping', input),
    run: (input) => shown(sources.get(text(input, 'UUID') ?? '')),
  }
}

/** All mappings in one page, or those of a function or a source. */
export function listEventSourceMappings(sources: Sources): Action {
  return {
    permissions: () => [{ action: 'lambda:ListEventSourceMappings', resource: '*' }],
    run(input) {
      const name = input.FunctionName === undefined ? undefined : parseFunctionName(input.FunctionName).name
      const sourceArn = text(input, 'EventSourceArn')
      const found = sources
        .all()
        .filter(({ mapping }) => name === undefined || mapping.target.name === name)
        .filter(({ mapping }) => sourceArn === undefined || mapping.sourceArn === sourceArn)
      return { EventSourceMappings: found.map(shown) }
    },
  }
}

/** Switches a mapping on or off; all else is the template's to say. */
export function updateEventSourceMapping(context: CloudContext, sources: Sources): Action {
  return {
    permissions: (input) => onMapping(context, 'UpdateEventSourceMapping', input),
    run(input) {
      const uuid = text(input, 'UUID') ?? ''
      sources.get(uuid)
      const other = Object.keys(input).find((name) => !['UUID', 'Enabled', 'FunctionName'].includes(name))
      const enabled = flag(input, 'Enabled')
      if (other !== undefined || input.FunctionName !== undefined || enabled === undefined)
        throw new AwsError(
          'InvalidParameterValueException',
          `UpdateEventSourceMapping changes only Enabled here, not ${other ?? 'FunctionName'}.`,
        )
      sources.setEnabled(uuid, enabled)
      return shown(sources.get(uuid))
    },
  }
}
