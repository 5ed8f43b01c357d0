import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema } from 'graphql'

/** `schema.graphql` with what AppSync adds to it. */
export const apiSchema = buildSchema(
  `directive @aws_api_key on FIELD_DEFINITION | OBJECT
   directive @aws_iam on FIELD_DEFINITION | OBJECT
   directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
   scalar AWSDateTime
   ${readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8')}`,
)
