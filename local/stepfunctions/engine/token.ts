import { randomUUID } from 'node:crypto'

/** A task token: opaque to callers, it names the execution, the thread and, by a random part, the attempt. */
export function taskToken(execution: number, thread: number): string {
  return Buffer.from(`${execution}.${thread}.${randomUUID()}`).toString('base64url')
}

/** Whose a token is; undefined for a text that never was one. */
export function readTaskToken(token: string): { execution: number; thread: number } | undefined {
  const found = /^(\d+)\.(\d+)\.[0-9a-f-]{36}$/.exec(Buffer.from(token, 'base64url').toString())
  return found ? { execution: Number(found[1]), thread: Number(found[2]) } : undefined
}
