import type { CloudContext } from '../aws/context.ts'
import type { Service } from '../aws/service.ts'
import { invoke } from './actions/invoke.ts'
import { readDeclaration } from './declaration.ts'
import { createFunctions } from './functions.ts'
import { resourceTypes } from './resourceTypes.ts'

export interface LambdaSources {
  /** Calls `listener` whenever the stream has new records; the answer stops that. */
  onStreamRecords(streamArn: string, listener: () => void): () => void
}

/** AWS Lambda: runs the template's Node.js functions in worker threads. */
export function createLambda(context: CloudContext, { onStreamRecords }: LambdaSources): Service {
  const functions = createFunctions(context)
  onStreamRecords
  return {
    name: 'lambda',
    actions: {
      Invoke: invoke(context, functions, () => undefined),
    },
    resourceTypes,
    async deploy(resources) {
      await functions.declare(readDeclaration(resources, context))
    },
    async stop() {
      await functions.close()
    },
  }
}
