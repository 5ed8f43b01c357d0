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
  },
}

export default config
