import { Amplify } from 'aws-amplify'
import { generateClient } from 'aws-amplify/api'
import type { AmplifyOptions } from './amplify.ts'

/**
 * An unmodified Amplify application, run as a process of its own so that it can be told which certificate to trust.
 * Subscribes when asked to, says so on a line, sends its operation when told to, prints what it saw as JSON lines.
 */
interface Wanted extends Pick<AmplifyOptions, 'credentials' | 'subscription' | 'operation'> {
  readonly endpoint: string
  readonly apiKey: string
}
const { endpoint, apiKey, credentials, subscription, operation } = JSON.parse(process.argv[2] ?? '') as Wanted

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

const region = 'us-east-1'
if (credentials)
  Amplify.configure(
    { API: { GraphQL: { endpoint, region, defaultAuthMode: 'iam' } } },
    {
      Auth: {
        credentialsProvider: {
          getCredentialsAndIdentityId: () => Promise.resolve({ credentials }),
          clearCredentialsAndIdentityId: () => undefined,
        },
      },
    },
  )
else Amplify.configure({ API: { GraphQL: { endpoint, region, defaultAuthMode: 'apiKey', apiKey } } })
const client = generateClient()

interface Subscribable {
  subscribe(observer: { next(value: { data: unknown }): void; error(error: unknown): void }): {
    unsubscribe(): void
  }
}

if (subscription !== undefined) {
  const events = client.graphql({ query: subscription }) as unknown as Subscribable
  events.subscribe({
    next: ({ data }) => say({ next: data }),
    error: (error) => say({ error }),
  })
}

/** Amplify keeps an error's name in its original, which JSON leaves out. */
interface Rejected {
  readonly errors?: { readonly originalError?: { readonly name: string } | null }[]
}
const namesOf = ({ errors }: Rejected) => errors?.map(({ originalError }) => originalError?.name ?? null)

process.stdin.on('data', () => {
  if (operation === undefined) return
  Promise.resolve(client.graphql({ query: operation })).then(
    (result) => say({ result: (result as { data: unknown }).data }),
    (error: unknown) => say({ rejected: error, names: namesOf(error as Rejected) }),
  )
})
say({ ready: true })
