import { AwsError } from '../aws/error.ts'

export function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`)
}

export function notFound(what: 'Topic' | 'Subscription'): AwsError {
  return new AwsError('NotFound', `${what} does not exist`, { status: 404 })
}

/** Throws for what is no ARN; `member` is the request's. */
export function checkArn(member: string, value: string | undefined): string {
  if (!value) throw invalid(`${member} Reason: no value for required parameter`)
  const parts = value.split(':').length
  if (parts < 6) throw invalid(`${member} Reason: An ARN must have at least 6 elements, not ${parts}`)
  return value
}
