import { arn } from '../aws/place.ts'
import type { Place } from '../aws/place.ts'

/**
 * Label of every table's stream. AWS uses the moment the stream was switched on; ours must be known before the
 * table exists and stay the same when the data are forgotten.
 */
export const streamLabel = '2026-01-01T00:00:00.000'

/** The name in a table's ARN or in the ARN of its index or stream; a plain name is answered as it is. */
export function tableName(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? (nameOrArn.split('/')[1] ?? nameOrArn) : nameOrArn
}

export function tableArn(place: Place, name: string): string {
  return arn(place, 'dynamodb', `table/${name}`)
}

export function indexArn(place: Place, table: string, index: string): string {
  return `${tableArn(place, table)}/index/${index}`
}

export function streamArn(place: Place, table: string): string {
  return `${tableArn(place, table)}/stream/${streamLabel}`
}
