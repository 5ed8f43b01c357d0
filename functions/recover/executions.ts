import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn'
import { setting } from '../environment.ts'
import { Sha256 } from '../sha256.ts'

const states = new SFNClient({ sha256: Sha256 })

/** An execution of the order machine or of order-undo. */
export interface Execution {
  arn: string
  status: string
  /** Milliseconds since the epoch at which it was started, or redriven. */
  startedAt: number
}

/** The order's execution in the order machine: it bears the order's id. */
export const sagaOf = (orderId: string): Promise<Execution | undefined> =>
  find(setting('STATE_MACHINE_ARN'), orderId)

/** The execution of order-undo for the undo that began with this version of the order. */
export const undoOf = (orderId: string, version: number): Promise<Execution | undefined> =>
  find(setting('UNDO_MACHINE_ARN'), undoName(orderId, version))

/** Starts the order's saga, unless that was done already: its name is taken then. */
export const startSaga = (orderId: string): Promise<void> =>
  start(setting('STATE_MACHINE_ARN'), orderId, { orderId })

/** Starts the undo of an order, once for each version: its name is taken after that. */
export const startUndo = (
  { id: orderId, version }: { id: string; version: number },
  step: string,
  error: string,
): Promise<void> => start(setting('UNDO_MACHINE_ARN'), undoName(orderId, version), { orderId, step, error })

/** Ends an execution that gets nowhere. */
export async function stop({ arn }: Execution): Promise<void> {
  await states.send(new StopExecutionCommand({ executionArn: arn, error: 'StoodStill' }))
}

const undoName = (orderId: string, version: number): string => `${orderId}-${version}`

async function find(machineArn: string, name: string): Promise<Execution | undefined> {
  const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`
  try {
    const found = await states.send(new DescribeExecutionCommand({ executionArn: arn }))
    const began = found.redriveDate ?? found.startDate
    return { arn, status: found.status ?? 'UNKNOWN', startedAt: began?.getTime() ?? 0 }
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined
    throw error
  }
}

async function start(stateMachineArn: string, name: string, input: object): Promise<void> {
  try {
    await states.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }))
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error
  }
}
