import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../aws/clock.ts'
import { createIam } from '../../iam/index.ts'
import { testPlace } from '../../testing/context.ts'
import { serveAmplify, type AmplifyServer } from '../testing/amplify.ts'
import { answering } from '../testing/template.ts'

const iam = createIam({ place: testPlace, seed: 'seed', clock: systemClock })
const credentials = iam.operatorCredentials()

let served: AmplifyServer
beforeAll(async () => {
  served = await serveAmplify(
    {
      schema: `
        type Query { who: String @aws_iam keyOnly: String }
        type Mutation { change(id: ID!): Thing @aws_iam @aws_api_key }
        type Subscription { onChange: Thing @aws_subscribe(mutations: ["change"]) @aws_iam onKeyOnly: Thing @aws_subscribe(mutations: ["change"]) }
        type Thing @aws_iam @aws_api_key { id: ID }
      `,
      api: { AdditionalAuthenticationProviders: [{ AuthenticationType: 'AWS_IAM' }] },
      resolvers: {
        'Query.who': answering('ctx.identity.userArn'),
        'Query.keyOnly': answering('"secret"'),
        'Mutation.change': answering('ctx.args'),
      },
    },
    { authenticate: iam.authenticate },
  )
})
afterEach(() => served.endApps())
afterAll(() => served.server.close())

const subscribed = async (): Promise<void> => {
  while (!served.server.context.activities.some(({ what }) => what === 'subscribe'))
    await new Promise((resolve) => setTimeout(resolve, 20))
}

test('Amplify in IAM mode signs a query; who signed is the identity', async () => {
  const app = await served.start({ credentials, operation: '{ who }' })
  app.send()
  expect(await app.line()).toEqual({ result: { who: 'arn:aws:iam::000000000000:user/operator' } })
})

test('Amplify in IAM mode subscribes over TLS, mutates, and hears of it, also from one with a key', async () => {
  const app = await served.start({
    credentials,
    subscription: 'subscription { onChange { id } }',
    operation: 'mutation { change(id: "1") { id } }',
  })
  await subscribed()
  app.send()
  const lines = [await app.line(), await app.line()]
  expect(lines).toContainEqual({ result: { change: { id: '1' } } })
  expect(lines).toContainEqual({ next: { onChange: { id: '1' } } })
  await served.server.ask('mutation { change(id: "2") { id } }')
  expect(await app.line()).toEqual({ next: { onChange: { id: '2' } } })
})

test('Amplify in IAM mode is told what is for keys only', async () => {
  const query = await served.start({ credentials, operation: '{ keyOnly }' })
  query.send()
  expect((await query.line()).rejected?.errors?.[0]).toMatchObject({
    message: 'Not Authorized to access keyOnly on type Query',
  })
  const subscriber = await served.start({ credentials, subscription: 'subscription { onKeyOnly { id } }' })
  expect((await subscriber.line()).error?.errors[0]?.message).toContain(
    'Not Authorized to access onKeyOnly on type Subscription',
  )
})

test.each([
  ['a wrong secret', { ...credentials, secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
  ['an unknown key', { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' }, 'UnrecognizedClientException'],
])('with %s Amplify in IAM mode is refused', async (_, wrong, code) => {
  const query = await served.start({ credentials: wrong, operation: '{ who }' })
  query.send()
  expect((await query.line()).names).toEqual([code])
  const subscriber = await served.start({
    credentials: wrong,
    subscription: 'subscription { onChange { id } }',
  })
  expect((await subscriber.line()).error?.errors[0]?.message).toBe(`Connection failed: ${code}`)
})
