import type { OrderRow } from '../../model/order.ts'
import { logger } from '../observe.ts'
import { chosenProvider, providerTimeout } from './choose.ts'
import { setting } from '../environment.ts'
import type { ProviderState } from './provider.ts'

/** Attempts at the provider within one delivery of the message; the queue delivers it again after that. */
const attempts = 4

/** Registers the order's payment with the provider; no money moves. */
export function prepareOnce(order: OrderRow): Promise<string> {
  const { id: key, total: amount, currency, paymentMethod: method } = order
  return chosenProvider().prepare({ key, amount, currency, method }, providerTimeout())
}

/**
 * Charges once, whatever answers get lost. A call that failed or timed out leaves the outcome unknown: the provider is
 * asked, never guessed at. While it says `prepared`, charging again under the same id is safe.
 */
export async function chargeOnce(
  id: string,
  askFirst: boolean,
  timeLeft: () => number,
): Promise<ProviderState> {
  const provider = chosenProvider()
  const oneRound = 2 * Number(setting('PROVIDER_TIMEOUT_MS'))
  for (let attempt = 0; attempt < attempts && (attempt === 0 || timeLeft() > oneRound); attempt += 1) {
    try {
      const known = askFirst || attempt > 0 ? await provider.find(id, providerTimeout()) : 'prepared'
      if (known !== 'prepared') return known
      return await provider.charge(id, providerTimeout())
    } catch (error) {
      logger.warn('the provider gave no answer', { providerId: id, attempt, error: error as Error })
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100 * 2 ** attempt))
    }
  }
  throw new Error(`The provider gave no answer about the payment '${id}'`)
}
