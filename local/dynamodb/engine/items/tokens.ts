import { hash } from 'node:crypto'
import { AwsError } from '../../../aws/error.ts'
import { text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import type { EngineDatabase, RowChange } from '../database.ts'

/** Milliseconds a token is known. */
const tokenLife = 10 * 60_000

/** The row that keeps the request's token, or whether the same request was carried out under it. */
export function idempotency(database: EngineDatabase, input: Input): RowChange[] | 'done' {
  const token = text(input, 'ClientRequestToken')
  if (token === undefined) return []
  const request = hash('sha256', JSON.stringify(input.TransactItems), 'base64')
  const now = database.clock.now()
  const known = database.sql('SELECT request, at FROM tokens WHERE token = ?').get(token)
  if (known && Number(known.at) > now - tokenLife) {
    if (known.request === request) return 'done'
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.',
    )
  }
  return [
    {
      statement: database.sql('INSERT OR REPLACE INTO tokens VALUES (?, ?, ?)'),
      values: [token, request, now],
    },
  ]
}

/** Forgets the tokens that are no longer known. */
export function forgetTokens(database: EngineDatabase): void {
  database.sql('DELETE FROM tokens WHERE at <= ?').run(database.clock.now() - tokenLife)
}
