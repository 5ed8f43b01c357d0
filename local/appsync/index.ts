import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { CloudContext } from '../aws/context.ts'
import type { Service } from '../aws/service.ts'
import type { Api } from './api.ts'
import { apiKeySource } from './apiKeys.ts'
import type { Authenticate } from './caller.ts'
import { compileApi } from './deployment.ts'
import { createFaults, type Faults } from './faults.ts'
import type { HttpAnswer } from './http/answer.ts'
import { answerHttp, handleHttp, type GraphQLServer, type HttpRequest } from './http/handler.ts'
import { Hub } from './realtime/hub.ts'
import { RealtimeServer } from './realtime/server.ts'
import type { AwsHttp } from './resolver.ts'
import { appSyncResourceTypes } from './resourceTypes.ts'

export type { Authenticate, SignedRequest } from './caller.ts'

export interface AppSync {
  readonly service: Service
  /** Trouble to put in the way of requests. */
  readonly faults: Faults
  /** Answers `/graphql`; the composition owns the socket. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void
  /** Answers a request to `/graphql` that came without a socket. */
  readonly answer: (request: HttpRequest) => Promise<HttpAnswer>
  /** Takes over a socket for `/graphql/realtime`; closes one that asks for anything else. */
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

export interface AppSyncOptions {
  readonly http: AwsHttp
  readonly authenticate: Authenticate
  /** Throws AccessDenied unless the role's trust policy lets the service assume it. */
  readonly mayAssume?: (roleArn: string, servicePrincipal: string, sourceArn?: string) => void
}

/** A GraphQL API as AppSync serves it. A deployment that fails leaves the last good one running. */
export function createAppSync(context: CloudContext, options: AppSyncOptions): AppSync {
  let deployed: Api | undefined
  const hub = new Hub(context)
  const faults = createFaults()
  const server: GraphQLServer = {
    context,
    faults,
    authenticate: options.authenticate,
    api: () => deployed,
    publish: (run) => hub.publish(run),
  }
  const realtime = new RealtimeServer(server, hub)
  return {
    service: {
      name: 'appsync',
      actions: {},
      resourceTypes: appSyncResourceTypes(apiKeySource(context.data)),
      deploy: (resources) =>
        Promise.resolve().then(() => {
          deployed = compileApi(resources, context, options)
        }),
      stop: () => realtime.close(),
    },
    faults,
    handle: (request, response) => void handleHttp(server, request, response),
    answer: (request) => answerHttp(server, request),
    handleUpgrade: (request, socket, head) => realtime.upgrade(request, socket, head),
  }
}
