import type { Reason } from './report.ts'

/** Why a grant is wider than the calls of the tests need: each names the narrower form that the service lacks. */
export const reasons: readonly Reason[] = [
  {
    list: 'unused',
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    resource: '*',
    why: 'X-Ray has no resource that these actions could be limited to, and traces go to AWS only.',
  },
  {
    list: 'unused',
    actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    resource: '*',
    why: 'Step Functions asks for them to trace; X-Ray knows no ARN for the sampling of an account.',
  },
  {
    list: 'unused',
    role: 'ApiLog',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resource: /^arn:aws:logs:[^*]*:log-group:[^*]+:\*$/,
    why: 'AppSync writes failures of fields, which here are those of Step Functions alone: it does not fail on demand.',
  },
  {
    list: 'wildcard',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resource: /^arn:aws:logs:[^*]*:log-group:[^*]+:\*$/,
    why: 'Lambda gives a log stream its name when it starts a sandbox; the log group is named whole.',
  },
  {
    list: 'wildcard',
    role: 'RecoverOrders',
    actions: ['states:DescribeExecution', 'states:StopExecution'],
    resource: /^arn:aws:states:[^*]*:execution:[^*]+:\*$/,
    why: 'These actions know executions only, and an execution gets its name when it starts; the machine is named whole.',
  },
]
