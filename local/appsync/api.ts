import type { GraphQLSchema } from 'graphql'
import type { Place } from '../aws/place.ts'
import type { Principal } from '../aws/principal.ts'
import type { FieldResolver } from './resolver.ts'
import type { FieldAccess } from './schema/access.ts'

export type AuthMode = 'API_KEY' | 'AWS_IAM'

export interface ApiKey {
  /** `da2-` and 26 characters. */
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** A GraphQL API as deployed: all that answering a request takes. Never changed, only replaced by the next deployment. */
export interface Api {
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly place: Place
  /** The default mode first. */
  readonly authModes: readonly AuthMode[]
  readonly keys: readonly ApiKey[]
  readonly environment: Readonly<Record<string, string>>
  readonly introspection: boolean
  /** 0: no limit. */
  readonly queryDepthLimit: number
  /** 0: AppSync's own 10,000. */
  readonly resolverCountLimit: number
  readonly logs: LogSettings | undefined
  readonly schema: GraphQLSchema
  /** Which modes may read a field. */
  readonly access: FieldAccess
  /** By `Type.field`. */
  readonly resolvers: ReadonlyMap<string, FieldResolver>
  /** Subscription fields that a mutation field pushes to. */
  readonly subscribers: ReadonlyMap<string, readonly string[]>
}

export interface LogSettings {
  readonly level: 'NONE' | 'ERROR' | 'INFO' | 'DEBUG' | 'ALL'
  /** ARN of the role under which AppSync writes. */
  readonly role?: string
}

/** Who sends a request, and by which of the API's modes. */
export type Caller =
  | { readonly mode: 'API_KEY'; readonly sourceIp: string }
  | { readonly mode: 'AWS_IAM'; readonly principal: Principal; readonly sourceIp: string }
