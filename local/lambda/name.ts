import type { Place } from '../aws/place.ts'
import { AwsError } from '../aws/error.ts'

export interface FunctionName {
  readonly name: string
  /** Version or alias; undefined means `$LATEST`. */
  readonly qualifier?: string | undefined
}

const form =
  /^(?:arn:aws:lambda:)?(?:[a-z]{2}(?:-gov)?-[a-z]+-\d:)?(?:\d{12}:)?(?:function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/

/** Reads a name, a partial ARN or an ARN, each with or without a qualifier. */
export function parseFunctionName(given: unknown, qualifier?: unknown): FunctionName {
  const [, name, suffix] = (typeof given === 'string' && form.exec(given)) || []
  if (name === undefined || (qualifier !== undefined && typeof qualifier !== 'string'))
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${String(given)}' at 'functionName' failed to satisfy constraint: ` +
        `Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    )
  if (suffix !== undefined && qualifier !== undefined && suffix !== qualifier)
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    )
  return { name, qualifier: qualifier ?? suffix }
}

export function functionArn(place: Place, { name, qualifier }: FunctionName): string {
  const arn = `arn:${place.partition}:lambda:${place.region}:${place.account}:function:${name}`
  return qualifier === undefined ? arn : `${arn}:${qualifier}`
}
