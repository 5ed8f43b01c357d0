const { Kind, print } = require('graphql')

/** The types that aws-amplify infers variables and results from; it does not export them itself. */
const brands = `
type GeneratedQuery<Input, Output> = string & { __generatedQueryInput: Input; __generatedQueryOutput: Output }
type GeneratedMutation<Input, Output> = string & { __generatedMutationInput: Input; __generatedMutationOutput: Output }
type GeneratedSubscription<Input, Output> = string & {
  __generatedSubscriptionInput: Input
  __generatedSubscriptionOutput: Output
}
`

const capital = (word) => word[0].toUpperCase() + word.slice(1)

/** A GraphQL Code Generator plugin: each operation as text with the fragments it uses, typed by what goes in and out. */
exports.plugin = (_schema, documents) => {
  const definitions = documents.flatMap(({ document }) => document.definitions)
  const fragments = new Map(
    definitions
      .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  )
  const used = (text) =>
    [...fragments].filter(([name]) => text.includes(`...${name}`)).map(([, fragment]) => print(fragment))
  return (
    brands +
    definitions
      .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
      .map((operation) => {
        const name = operation.name.value
        const kind = capital(operation.operation)
        const text = print(operation)
        const whole = [text, ...used(text)].join('\n\n')
        const type = `Generated${kind}<${name}${kind}Variables, ${name}${kind}>`
        return `\nexport const ${name[0].toLowerCase()}${name.slice(1)} = /* GraphQL */ \`\n${whole}\n\` as ${type}\n`
      })
      .join('')
  )
}
