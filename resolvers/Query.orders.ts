import type { Context } from '@aws-appsync/utils'
import { limits } from '../model/limits.ts'
import { isWhole } from '../model/text.ts'
import { pageViolations } from '../model/validation.ts'
import { idOfCursor } from './cursor.ts'
import { refuse } from './errors.ts'
import type { OrderPage, QueryOrdersArgs } from './schema.generated.ts'

/** What the two steps of the pipeline share. */
export interface OrdersStash {
  status: string | null
  customerEmail: string | null
  limit: number
  /** Names the filter inside the cursor. */
  filter: string
  /** The page starts behind this id; null at the first page. */
  after: string | null
}

/** Checks the arguments; finding ids and reading orders are the steps `.page` and `.read`. */
export function request(ctx: Context<QueryOrdersArgs>): object {
  const status = ctx.args.status ?? null
  const customerEmail = ctx.args.customerEmail?.toLowerCase() ?? null
  const filter = `${status ?? ''}|${customerEmail ?? ''}`
  const token = ctx.args.nextToken ?? null
  const after = token === null ? null : idOfCursor(token, filter)
  const limit = ctx.args.limit ?? limits.pageWhenAbsent
  const violations = pageViolations(limit)
  if (token !== null && after === null) {
    violations.push({
      path: 'nextToken',
      message: 'is damaged or belongs to a list with another filter: start again without it',
    })
  }
  if (
    customerEmail !== null &&
    (customerEmail.length < 1 || customerEmail.length > limits.email || !isWhole(customerEmail))
  ) {
    violations.push({ path: 'customerEmail', message: `must have 1 to ${limits.email} whole characters` })
  }
  refuse(violations)
  ctx.stash.status = status
  ctx.stash.customerEmail = customerEmail
  ctx.stash.limit = limit
  ctx.stash.filter = filter
  ctx.stash.after = after
  return {}
}

export function response(ctx: Context<QueryOrdersArgs, object, { result: OrderPage }>): OrderPage {
  return ctx.prev.result
}
