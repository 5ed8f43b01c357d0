import type { Place } from '../../aws/place.ts'
import type { Input } from '../../aws/service.ts'
import type { Backend } from './backend.ts'
import { internalError } from '../engine/errors.ts'
import { NoAnswer, exchange, openPool } from './exchange.ts'
import { inOurWords } from './foreignNames.ts'
import type { Send } from './foreignNames.ts'

/** A DynamoDB that somebody else runs, such as DynamoDB Local, under the ARNs of this place. */
export function foreignBackend(endpoint: string, place: Place): Backend {
  const pool = openPool(new URL(endpoint).origin)
  const send: Send = async (target: string, input: Input) =>
    await exchange(pool, target, JSON.stringify(input)).catch((error: unknown) => {
      throw error instanceof NoAnswer ? internalError(error) : error
    })
  return {
    async start() {
      await exchange(pool, 'DynamoDB_20120810.ListTables', '{}').catch((error: unknown) => {
        if (error instanceof NoAnswer) throw new Error(`No DynamoDB answers at ${endpoint}.`)
        throw error
      })
    },
    send: inOurWords(place, send),
    // It removes what expires itself.
    upkeep: () => Promise.resolve([]),
    stop: () => pool.destroy(),
  }
}
