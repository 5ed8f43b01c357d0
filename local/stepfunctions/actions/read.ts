import { number, text } from '../../aws/input.ts'
import { arn } from '../../aws/place.ts'
import type { Input, Permission } from '../../aws/service.ts'
import type { Execution } from '../engine/execution.ts'
import type { States } from '../states.ts'
import type { MachineRecord } from '../store/machines.ts'
import type { ExecutionRecord } from '../store/records.ts'
import { invalidArn, invalidMember, invalidToken, noSuchExecution, noSuchMachine } from './errors.ts'

/** A member that must be there. */
export function required(input: Input, member: string): string {
  const value = text(input, member)
  if (value === undefined || value === '') throw invalidMember('null', member, 'Member must not be null')
  return value
}

export function atMost(value: string | undefined, member: string, most: number): void {
  if (value !== undefined && Buffer.byteLength(value) > most)
    throw invalidMember(
      `'${value.slice(0, 40)}…'`,
      member,
      `Member must have length less than or equal to ${most}`,
    )
}

export function seconds(milliseconds: number): number {
  return milliseconds / 1000
}

/** Asks for `action` on the resource the member names. */
export function on(action: string, member: string): (input: Input) => Permission[] {
  return (input) => [{ action: `states:${action}`, resource: text(input, member) ?? '*' }]
}

export function machineArn(states: States, name: string): string {
  return arn(states.engine.context.place, 'states', `stateMachine:${name}`)
}

export function executionArn(states: States, { machine, name }: { machine: string; name: string }): string {
  return arn(states.engine.context.place, 'states', `execution:${machine}:${name}`)
}

export function findMachine(states: States, given: string): MachineRecord {
  const found = /^arn:[^:]+:states:[^:]*:\d*:stateMachine:(.+)$/.exec(given)
  if (!found) throw given.startsWith('arn:') ? noSuchMachine(given) : invalidArn(given)
  const machine = states.deployed.find(found[1] ?? '')
  if (!machine || machineArn(states, machine.name) !== given) throw noSuchMachine(given)
  return machine
}

/** An execution as it stands, that is on disk. */
export function findExecution(states: States, given: string): ExecutionRecord {
  const found = /^arn:[^:]+:states:[^:]*:\d*:execution:([^:]+):(.+)$/.exec(given)
  if (!found) throw given.startsWith('arn:') ? noSuchExecution(given) : invalidArn(given)
  states.engine.journal.flush()
  const record = states.read.find(found[1] ?? '', found[2] ?? '')
  if (!record || executionArn(states, record) !== given) throw noSuchExecution(given)
  return record
}

export function running(states: States, given: string): Execution | undefined {
  const execution = states.engine.byArn.get(given)
  return execution?.status === 'RUNNING' ? execution : undefined
}

/** Number of results on a page; 0 and nothing mean the default. */
export function pageSize(input: Input, otherwise = 100): number {
  const given = number(input, 'maxResults') ?? 0
  if (given < 0 || given > 1000)
    throw invalidMember(`'${given}'`, 'maxResults', 'Member must have value between 0 and 1000')
  return given === 0 ? otherwise : given
}

/** Where a page begins; the token says no more than that. */
export function pageStart(input: Input): number | undefined {
  const token = text(input, 'nextToken')
  if (token === undefined) return undefined
  const found = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString())
  if (!found) throw invalidToken()
  return Number(found[1])
}

export function nextToken(from: number): string {
  return Buffer.from(`from ${from}`).toString('base64url')
}
