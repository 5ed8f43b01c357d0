import type { PaymentProvider, PaymentRequest, ProviderState } from './provider.ts'
import { read, update } from '../dynamodb.ts'
import { setting } from '../environment.ts'

/** The provider's own books: what really happened to the money, whatever was answered. */
interface LedgerRow {
  id: string
  state: ProviderState
  amount: number
  currency: string
  method: string
  /** How often `pm_unavailable` has said no. */
  refusals: number
}

const table = (): string => setting('SIMULATED_PROVIDER_TABLE')

/** `pm_unavailable` works from the third call on. */
const refusalsOfUnavailable = 2

async function book(id: string): Promise<LedgerRow> {
  const row = await read<LedgerRow>(table(), { id })
  if (row === undefined) throw new Error(`The provider knows no payment '${id}'`)
  return row
}

/** Moves a payment from one state to another in one write; undefined when it stood elsewhere, or has a method in `except`. */
function change(
  id: string,
  from: ProviderState,
  to: ProviderState,
  except: readonly string[] = [],
): Promise<LedgerRow | undefined> {
  const methods = except.map((method, index) => [`:method${index}`, method] as const)
  const others = methods.map(([name]) => ` AND #method <> ${name}`)
  return update<LedgerRow>({
    TableName: table(),
    Key: { id },
    UpdateExpression: 'SET #state = :to, changedAt = :at',
    ConditionExpression: `#state = :from${others.join('')}`,
    ExpressionAttributeNames: { '#state': 'state', ...(methods.length > 0 && { '#method': 'method' }) },
    ExpressionAttributeValues: {
      ':from': from,
      ':to': to,
      ':at': new Date().toISOString(),
      ...Object.fromEntries(methods),
    },
  })
}

async function refuseAtFirst(row: LedgerRow): Promise<void> {
  if (row.refusals >= refusalsOfUnavailable) return
  await update({
    TableName: table(),
    Key: { id: row.id },
    UpdateExpression: 'SET refusals = refusals + :one',
    ExpressionAttributeValues: { ':one': 1 },
  })
  throw new Error('503 Service Unavailable')
}

function hangUntil(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void => reject(new Error('The provider gave no answer in time'))
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp)
  })
}

async function prepare(payment: PaymentRequest): Promise<string> {
  const id = `sim_${payment.key}`
  await update({
    TableName: table(),
    Key: { id },
    UpdateExpression:
      'SET #state = :prepared, amount = :amount, currency = :currency, #method = :method, refusals = :zero',
    ConditionExpression: 'attribute_not_exists(id)',
    ExpressionAttributeNames: { '#state': 'state', '#method': 'method' },
    ExpressionAttributeValues: {
      ':prepared': 'prepared',
      ':amount': payment.amount,
      ':currency': payment.currency,
      ':method': payment.method ?? 'pm_approved',
      ':zero': 0,
    },
  })
  return id
}

/** Books first; what can go wrong goes wrong after that, or before anything was booked. */
async function charge(id: string, signal: AbortSignal): Promise<ProviderState> {
  const charged = await change(id, 'prepared', 'charged', ['pm_declined', 'pm_unavailable'])
  if (charged === undefined) return chargeReluctantly(await book(id))
  if (charged.method === 'pm_lost_answer') throw new Error('The connection was lost before the answer came')
  if (charged.method === 'pm_slow') return hangUntil(signal)
  return charged.state
}

async function chargeReluctantly(row: LedgerRow): Promise<ProviderState> {
  if (row.state !== 'prepared') return row.state
  if (row.method === 'pm_unavailable') await refuseAtFirst(row)
  const moved = await change(row.id, 'prepared', row.method === 'pm_declined' ? 'declined' : 'charged')
  return (moved ?? (await book(row.id))).state
}

/**
 * A provider that moves no real money. It acts by payment method: `pm_approved`, `pm_declined`, `pm_slow` (charges, but
 * answers too late), `pm_unavailable` (fails a few times, then works), `pm_lost_answer` (charges, the answer is lost);
 * any other method is approved.
 */
export const simulatedProvider: PaymentProvider = {
  name: 'simulated',
  prepare,
  charge,
  find: async (id) => (await book(id)).state,
  void: async (id) => {
    const voided = await change(id, 'prepared', 'voided')
    return (voided ?? (await book(id))).state
  },
  refund: async (id) => {
    const row = (await change(id, 'charged', 'refunded')) ?? (await book(id))
    if (row.state !== 'refunded')
      throw new Error(`The payment '${id}' was not charged, so nothing can be given back`)
  },
}
