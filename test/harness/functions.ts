import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import type { Shop } from './shop.ts'

/** How a function failed. */
interface Failure {
  readonly errorType: string
  readonly errorMessage: string
}

/** Calls a function of the stack, by its id there; answers the name of its error, or undefined when it ended well. */
export async function invoke(shop: Shop, id: string, payload: object): Promise<string | undefined> {
  return (await failureOf(shop, id, payload))?.errorType
}

/** Calls a function likewise, and answers all there is to know of its error. */
export async function failureOf({ cloud }: Shop, id: string, payload: object): Promise<Failure | undefined> {
  const { region, awsEndpoint: endpoint } = cloud.place
  const lambda = new LambdaClient({ region, endpoint, credentials: cloud.operator })
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}))
  const found = Functions.find(({ FunctionName = '' }) =>
    new RegExp(`\\b${id}[0-9A-F]{8}`).test(FunctionName),
  )
  if (found === undefined) throw new Error(`There is no function '${id}'`)
  const call = new InvokeCommand({ FunctionName: found.FunctionName, Payload: JSON.stringify(payload) })
  const { FunctionError, Payload } = await lambda.send(call)
  lambda.destroy()
  if (FunctionError === undefined) return undefined
  return JSON.parse(Payload?.transformToString() ?? '{}') as Failure
}
