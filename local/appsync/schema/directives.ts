/** What AppSync knows beyond GraphQL: its scalars and directives, in front of every schema. */
export const awsDefinitions = `
scalar AWSDate
scalar AWSTime
scalar AWSDateTime
scalar AWSTimestamp
scalar AWSEmail
scalar AWSJSON
scalar AWSURL
scalar AWSPhone
scalar AWSIPAddress
directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_oidc on OBJECT | FIELD_DEFINITION
directive @aws_lambda on OBJECT | FIELD_DEFINITION
directive @aws_auth(cognito_groups: [String!]) on FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
directive @aws_publish(subscriptions: [String!]) on FIELD_DEFINITION
`

/** Directives of auth modes and features that no local API has; using one is refused by name. */
export const unsupportedDirectives: Readonly<Record<string, string>> = {
  aws_oidc: 'OpenID Connect authorization is not supported',
  aws_lambda: 'Lambda authorization is not supported',
  aws_auth: 'Cognito authorization is not supported',
  aws_cognito_user_pools: 'Cognito authorization is not supported',
  aws_publish: 'it is not a directive of AppSync schemas; use @aws_subscribe on the subscription',
}
