import { Amplify } from 'aws-amplify'
import { generateClient } from 'aws-amplify/api'

/**
 * An unmodified Amplify application, run as a process of its own so that it can be told which certificate to trust.
 * Subscribes when asked to, says so on a line, sends a mutation, prints what it saw as JSON lines.
 */
const [endpoint = '', apiKey = '', subscription = '', mutation = ''] = process.argv.slice(2)

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

Amplify.configure({ API: { GraphQL: { endpoint, region: 'us-east-1', defaultAuthMode: 'apiKey', apiKey } } })
const client = generateClient()

interface Subscribable {
  subscribe(observer: { next(value: { data: unknown }): void; error(error: unknown): void }): {
    unsubscribe(): void
  }
}

if (subscription !== '') {
  const events = client.graphql({ query: subscription }) as unknown as Subscribable
  events.subscribe({
    next: ({ data }) => say({ next: data }),
    error: (error) => say({ error }),
  })
}

process.stdin.on('data', () => {
  if (mutation === '') return
  Promise.resolve(client.graphql({ query: mutation })).then(
    (result) => say({ result: (result as { data: unknown }).data }),
    (error: unknown) => say({ rejected: error }),
  )
})
say({ ready: true })
