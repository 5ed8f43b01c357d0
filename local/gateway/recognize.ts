import { AwsError } from '../aws/error.ts'
import { splitPath } from './message.ts'
import type { ApiCall, AwsRequest } from './message.ts'
import { cborCall } from './protocols/cbor.ts'
import { jsonCall } from './protocols/json.ts'
import { queryCall } from './protocols/query.ts'
import { restCall } from './protocols/rest.ts'

/** Finds service, action and protocol of a request; throws AwsError when it is no AWS call that we know. */
export function recognize(request: AwsRequest): ApiCall {
  const call = jsonCall(request) ?? cborCall(request) ?? restCall(request) ?? queryCall(request)
  if (call) return call
  throw new AwsError(
    'UnknownOperationException',
    `${request.method} ${splitPath(request.path).pathname} is no operation served here.`,
    {
      status: 404,
    },
  )
}
