import { settledPayments, type PaymentRow, type PaymentStatus } from '../../model/tables.ts'
import { commit, update } from '../dynamodb.ts'
import { chosenProvider, providerTimeout } from './choose.ts'
import { movePayment, newPayment, readPayment } from './ledger.ts'

/** How often the ledger may move under our feet before the undo is left to its retry. */
const attempts = 5

/**
 * Leaves no money of the customer with us. No payment: a tombstone, on which a later PENDING fails. PENDING: voided, and
 * given back only if the provider says it was charged. CHARGED: given back. Settled: nothing to do.
 */
export async function giveBack(orderId: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const payment = await readPayment(orderId)
    if (payment !== undefined && settledPayments.includes(payment.status)) return
    const done = payment === undefined ? await bury(orderId) : await settle(payment)
    if (done) return
  }
  throw new Error(`The payment of order '${orderId}' keeps changing`)
}

async function bury(orderId: string): Promise<boolean> {
  const refused = await commit([{ Put: newPayment({ orderId, status: 'VOIDED' }) }])
  return refused.length === 0
}

async function settle({ orderId, status, providerId }: PaymentRow): Promise<boolean> {
  const provider = chosenProvider()
  if (providerId === undefined) throw new Error(`The payment of order '${orderId}' has no id of the provider`)
  const standing = status === 'CHARGED' ? 'charged' : await provider.void(providerId, providerTimeout())
  if (standing !== 'charged' && standing !== 'refunded') {
    return (await update(movePayment(orderId, ['PENDING'], 'VOIDED'))) !== undefined
  }
  // Not again when an earlier try did it: two slow answers may take longer than a try may.
  if (standing === 'charged') await provider.refund(providerId, providerTimeout())
  const unsettled: PaymentStatus[] = ['PENDING', 'CHARGED']
  return (await update(movePayment(orderId, unsettled, 'REFUNDED'))) !== undefined
}
