import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import type { CloudContext } from '../../aws/context.ts'
import type { HttpRequest } from '../resolver.ts'

/** Whether the host is AWS's own: the gateway of this cloud serves it. */
export function isAwsHost(url: string): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(new URL(url).hostname)
}

/** The headers of a request with those of its SigV4 signature, by the keys of the role it is made under. */
export async function signedHeaders(
  request: HttpRequest,
  { region, service }: { region: string; service: string },
  context: CloudContext,
): Promise<Record<string, string>> {
  const { hostname, host, pathname, searchParams, protocol } = new URL(request.url)
  const roleArn = request.principal.kind === 'role' ? request.principal.roleArn : ''
  const signer = new SignatureV4({
    region,
    service,
    credentials: context.credentials(roleArn),
    sha256: Sha256,
  })
  const query: Record<string, string[]> = {}
  for (const name of searchParams.keys()) query[name] = searchParams.getAll(name)
  const { headers } = await signer.sign(
    {
      method: request.method,
      protocol,
      hostname,
      path: pathname,
      query,
      headers: { ...request.headers, host },
      body: request.body,
    },
    { signingDate: new Date(context.clock.now()) },
  )
  return headers
}
