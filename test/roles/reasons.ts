/** Why a permission is granted that nothing needs here. */
interface Reason {
  /** Logical id of the role or policy, without its hash; any when absent. */
  readonly role?: string
  readonly actions: readonly string[]
  readonly why: string
}

export const reasons: readonly Reason[] = [
  {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    why: 'Lambda and Step Functions send traces by themselves; the local cloud has no X-Ray to send them to.',
  },
  {
    actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    why: 'Step Functions asks X-Ray which executions to trace; the local cloud has no X-Ray.',
  },
  {
    role: 'ApiLogPolicy',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    why: 'AppSync writes failures of fields, which here are those of Step Functions alone: it does not fail on demand.',
  },
]
