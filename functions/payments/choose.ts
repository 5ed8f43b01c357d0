import { setting } from '../environment.ts'
import type { PaymentProvider } from './provider.ts'
import { simulatedProvider } from './simulated.ts'

const providers = [simulatedProvider]

/** The provider this stack was deployed with. */
export function chosenProvider(): PaymentProvider {
  const name = setting('PROVIDER')
  const provider = providers.find((candidate) => candidate.name === name)
  if (provider === undefined) {
    throw new Error(
      `PROVIDER is '${name}'; known are: ${providers.map((candidate) => candidate.name).join(', ')}`,
    )
  }
  return provider
}

/** Ends a call to the provider that takes longer than the stack allows. */
export function providerTimeout(): AbortSignal {
  return AbortSignal.timeout(Number(setting('PROVIDER_TIMEOUT_MS')))
}
