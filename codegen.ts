import type { CodegenConfig } from '@graphql-codegen/cli'

/** AppSync's scalars travel as the strings and numbers they are; ids are always strings. */
const scalars = { ID: 'string', AWSDateTime: 'string' }

const config: CodegenConfig = {
  schema: ['schema.graphql', 'infra/appsync-directives.graphql'],
  generates: {
    'resolvers/schema.generated.ts': {
      plugins: ['typescript'],
      config: {
        scalars,
        enumsAsTypes: true,
        onlyOperationTypes: false,
        skipTypename: true,
        maybeValue: 'T | null',
        avoidOptionals: { field: true },
      },
    },
    'client/sdk/operations.generated.ts': {
      documents: 'client/sdk/operations.graphql',
      plugins: ['typescript-operations', 'client/sdk/typed-strings.codegen.cjs'],
      config: { scalars, enumsAsTypes: true, skipTypename: true },
    },
  },
}

export default config
