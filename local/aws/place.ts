/** Where the look-alike cloud stands. Resources take their ARNs and URLs from it. */
export interface Place {
  readonly partition: 'aws'
  readonly region: string
  /** Twelve digits; always `000000000000` here. */
  readonly account: string
  /** Origin of the AWS endpoint, e.g. `http://127.0.0.1:4566`: every service but AppSync. No trailing slash. */
  readonly awsEndpoint: string
  /** Origin that serves AppSync, e.g. `http://127.0.0.1:4000`. No trailing slash. */
  readonly appsyncEndpoint: string
}

/** `arn:aws:sqs:us-east-1:000000000000:name`; pass `region: ''` for global services such as IAM. */
export function arn(place: Place, service: string, resource: string, region = place.region): string {
  return `arn:${place.partition}:${service}:${region}:${place.account}:${resource}`
}
