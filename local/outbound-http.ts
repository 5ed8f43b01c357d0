import type { AwsHttp } from './appsync/resolver.ts'
import type { Gateway } from './gateway/index.ts'

const awsHost = /\.amazonaws\.com(\.cn)?$/

/** How an HTTP data source reaches its endpoint: AWS's hosts are this cloud, in process; any other is fetched as it is. */
export function outboundHttp(gateway: () => Gateway): AwsHttp {
  return async ({ url, method, headers, body, principal }) => {
    const { hostname, pathname, search } = new URL(url)
    if (awsHost.test(hostname)) {
      const answer = await gateway().request({
        host: hostname,
        method,
        path: pathname + search,
        headers,
        body,
        principal,
      })
      return {
        ...answer,
        headers: { ...answer.headers },
        body: Buffer.from(answer.body as Uint8Array).toString(),
      }
    }
    const response = await fetch(url, { method, headers, ...(body === '' ? {} : { body }) })
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    }
  }
}
