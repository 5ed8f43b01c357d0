import type { CloudContext } from '../aws/context.ts'
import type { Service } from '../aws/service.ts'
import { actions } from './actions/index.ts'
import { activityType, assumable, declared, definitionProblem, mayLog, stateMachineType } from './deploy.ts'
import { resume } from './engine/begin.ts'
import { createEngine, halt } from './engine/engine.ts'
import { compiler } from './jsonata/expression.ts'
import type { Serves } from './language/check.ts'
import { definitionLimit, readMachine } from './language/read.ts'
import { executionReader, revisionReader } from './revive.ts'
import type { ExecutionStatusChange } from './store/announcements.ts'
import { openDatabase } from './store/database.ts'
import { machines } from './store/machines.ts'
import { createRecorder } from './store/recorder.ts'
import { records } from './store/records.ts'

export type { ExecutionStatusChange }

export interface Options {
  /** Told of the start and the end of every execution, once it is on disk; after a crash perhaps a second time. */
  readonly onStatusChange?: (event: ExecutionStatusChange) => void
  /** Throws AccessDenied unless the role's trust policy lets the service assume it. */
  readonly mayAssume?: (roleArn: string, servicePrincipal: string, sourceArn?: string) => void
  /** What `aws-sdk:` integrations may call; anything when absent. */
  readonly serves?: Serves
  /** [0, 1): spreads retries and feeds `$random()`. */
  readonly random?: () => number
}

/** AWS Step Functions: Standard workflows in the JSONata flavour of the Amazon States Language. */
export function createStepFunctions(context: CloudContext, options: Options = {}): Service {
  const random = options.random ?? Math.random
  const serves = options.serves ?? (() => true)
  const compile = compiler(random)
  const db = openDatabase(context.data)
  const deployed = machines(db)
  const read = records(db)
  const revision = revisionReader(deployed, compile)
  const revive = executionReader(context, db, read, revision)
  const recorder = createRecorder(db, context, read, options.onStatusChange ?? (() => undefined))
  const engine = createEngine(context, recorder.journal, random)

  return {
    name: 'states',
    actions: actions({
      engine,
      deployed,
      read,
      compile,
      serves,
      revision,
      nextId: () => recorder.nextId(),
      revive,
    }),
    resourceTypes: {
      'AWS::StepFunctions::StateMachine': stateMachineType,
      'AWS::StepFunctions::Activity': activityType,
    },
    deploy(resources) {
      const all = resources.map((each) => declared(each, context))
      for (const { name, definition } of all) {
        if (Buffer.byteLength(definition) > definitionLimit)
          throw new Error(`State machine ${name}: the definition is longer than ${definitionLimit} bytes`)
        const reading = readMachine(definition, compile, serves)
        if ('machine' in reading) continue
        throw new Error(`State machine ${name}: ${definitionProblem(reading.diagnostics)}`)
      }
      for (const [index, { role, logging }] of all.entries()) {
        const machine = resources[index]?.ref ?? ''
        assumable(options.mayAssume, role, machine, context.place.region)
        if (logging.level !== 'OFF') mayLog(context, role, machine)
      }
      for (const each of all) deployed.deploy(each, context.clock.now())
      deployed.keepOnly(all.map((each) => each.name))
      return Promise.resolve()
    },
    start() {
      recorder.catchUp()
      for (const row of read.running()) if (!engine.running.has(row.id)) resume(engine, revive(row))
    },
    hold: () => void (engine.held = true),
    stop() {
      if (engine.stopped) return
      halt(engine)
      recorder.close()
    },
  }
}
