import type { AppSync } from './appsync/index.ts'
import type { Place } from './aws/place.ts'
import type { Gateway } from './gateway/index.ts'
import type { Wire } from './lambda/wire.ts'

/** What functions ask of the two ports, without a socket: signed, verified, authorized and answered all the same. */
export function inProcess(place: Place, gateway: () => Gateway, appsync: Pick<AppSync, 'answer'>): Wire {
  return {
    origins: [place.awsEndpoint, place.appsyncEndpoint],
    async answer({ method, origin, url, headers, body }, signal) {
      const bytes =
        typeof body === 'string'
          ? Buffer.from(body)
          : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
      if (origin === place.appsyncEndpoint)
        return await appsync.answer({
          method,
          url,
          headers,
          resolverHeaders: { ...headers },
          sourceIp: '127.0.0.1',
          body: () => bytes,
        })
      const { statusCode: status, ...answer } = await gateway().answer(
        { method, url, headers, body: bytes },
        signal,
      )
      return { status, ...answer }
    },
  }
}
