import type { CloudContext } from '../aws/context.ts'
import type { PolicyDocument, Service } from '../aws/service.ts'
import { checkSourceAccess } from './access.ts'
import { createAsyncEvents } from './asyncEvents.ts'
import { getFunction, getFunctionConfiguration, getPolicy, listFunctions } from './actions/functions.ts'
import {
  getEventSourceMapping,
  listEventSourceMappings,
  updateEventSourceMapping,
} from './actions/mappings.ts'
import { invoke } from './actions/invoke.ts'
import { listAliases, listVersionsByFunction } from './actions/versions.ts'
import { readDeclaration } from './declaration.ts'
import { readAsyncSettings, usualSettings } from './destinations.ts'
import { createFunctions } from './functions.ts'
import { resourceTypes } from './resourceTypes.ts'
import { readMapping } from './sources/mapping.ts'
import { createSources } from './sources/sources.ts'
import { openLambdaStore } from './store.ts'
import type { Wire } from './wire.ts'

export interface LambdaOptions {
  /** Calls `listener` whenever the stream has new records; the answer ends that. */
  readonly onStreamRecords: (streamArn: string, listener: () => void) => () => void
  /** How functions reach the ports of this process; without it by sockets. */
  readonly wire?: Wire
  /** Throws AccessDenied unless the role's trust policy lets the service assume it. */
  readonly mayAssume?: (roleArn: string, servicePrincipal: string, sourceArn?: string) => void
  /** Throws an Error that names `name` for a function's policy that could not be judged. */
  readonly validatePolicy?: (document: PolicyDocument, name: string) => void
}

export interface Lambda extends Service {
  /** Folders of the code that invocations in flight may still load something of, be it replaced or not. */
  codeInUse(): ReadonlySet<string>
}

/** Milliseconds that running invocations get when the service stops. */
const grace = 3000

/** AWS Lambda: runs the template's Node.js functions in worker threads. */
export function createLambda(context: CloudContext, options: LambdaOptions): Lambda {
  const functions = createFunctions(context, options.wire)
  const store = openLambdaStore(context.data)
  const sources = createSources(context, functions, store, options.onStreamRecords)
  let settings: ReturnType<typeof readAsyncSettings> = new Map()
  const events = createAsyncEvents(
    context,
    functions,
    store,
    (name, qualifier = '$LATEST') => settings.get(`${name}:${qualifier}`) ?? usualSettings,
  )
  return {
    name: 'lambda',
    actions: {
      GetEventSourceMapping: getEventSourceMapping(context, sources),
      GetFunction: getFunction(context, functions),
      GetFunctionConfiguration: getFunctionConfiguration(context, functions),
      GetPolicy: getPolicy(context, functions),
      Invoke: invoke(context, functions, events.accept),
      ListAliases: listAliases(context, functions),
      ListEventSourceMappings: listEventSourceMappings(sources),
      ListFunctions: listFunctions(functions),
      ListVersionsByFunction: listVersionsByFunction(context, functions),
      UpdateEventSourceMapping: updateEventSourceMapping(context, sources),
    },
    resourceTypes,
    codeInUse: () => functions.codeInUse(),
    async deploy(resources) {
      const ofType = (type: string): typeof resources =>
        resources.filter((each) => each.type === `AWS::Lambda::${type}`)
      const declared = readDeclaration(resources, context)
      for (const { name, arn, role } of declared.functions) {
        try {
          options.mayAssume?.(role, 'lambda.amazonaws.com', arn)
        } catch (cause) {
          throw new Error(`${name}: The role defined for the function cannot be assumed by Lambda.`, {
            cause,
          })
        }
      }
      for (const [name, Statement] of declared.statements) options.validatePolicy?.({ Statement }, name)
      const mappings = ofType('EventSourceMapping').map((each) => readMapping(each, context.place))
      for (const mapping of mappings) {
        const fn = declared.functions.find(({ name }) => name === mapping.target.name)
        if (fn) checkSourceAccess(context, fn, mapping)
      }
      settings = readAsyncSettings(ofType('EventInvokeConfig'))
      await functions.declare(declared)
      for (const mapping of mappings) functions.resolve(mapping.target)
      sources.declare(mappings)
    },
    start() {
      events.start()
      sources.start()
    },
    async stop() {
      const finished = Promise.all([sources.stop(), events.stop()])
      const patience = new Promise<void>((resolve) => setTimeout(resolve, grace).unref())
      await Promise.race([finished, patience])
      await functions.close()
      await finished
      store.close()
    },
  }
}
