import { setTimeout as pause } from 'node:timers/promises'
import { sendCustomers } from './customers.ts'
import { phases, type Phase } from './phases.ts'
import type { Random } from './random.ts'
import { openSurvivor, troubles, type Survivor } from './survivor.ts'

const atOnce = 24
const inFlight = 20
/** Milliseconds in which the aim must be reached, on a busy machine too. */
const patience = 40_000
/** After so many kills one hits the start as well. */
const startEvery = 10

/**
 * Kills the whole system in each phase in turn while customers order, starts it again on the same data each time, and lets
 * it come to rest. Answers how often each phase was hit and everything that is wrong then; throws when the system hangs
 * or leaves a process behind.
 */
export async function killAgain(
  assembly: string,
  kills: number,
  random: Random,
): Promise<{ hit: Map<Phase | 'start', number>; wrong: string[] }> {
  const survivor = await openSurvivor(assembly)
  const hit = new Map<Phase | 'start', number>()
  const note = (phase: Phase | 'start'): void => void hit.set(phase, (hit.get(phase) ?? 0) + 1)
  try {
    const customers = sendCustomers(survivor.client, atOnce, random)
    for (let kill = 1; kill <= kills; kill += 1) {
      while (customers.inFlight() < inFlight) await pause(1)
      const phase = phases[kill % phases.length] ?? 'write'
      const words = await die(survivor, phase, random)
      note(phase)
      console.log(`${kill} ${phase}: ${words}; ${customers.accepted.length} orders accepted so far`)
      survivor.begin()
      if (kill % startEvery === 0) {
        await pause(random.below(700))
        await survivor.mortal.kill()
        note('start')
        survivor.begin()
      }
      await survivor.ready()
    }
    await customers.goHome()
    const wrong = troubles(await survivor.look(customers))
    await survivor.end()
    return { hit, wrong }
  } finally {
    await survivor.clear()
  }
}

/** Has it die in that phase; throws when there is no such activity for long. */
async function die({ mortal }: Survivor, phase: Phase, random: Random): Promise<string> {
  const most = phase === 'delete' ? 3 : 60
  const death = mortal.dieAt({ phase, count: 1 + random.below(most), delay: random.below(8) })
  const nothing = pause(patience, undefined, { ref: false }).then(() => {
    throw new Error(`Nothing happens in ${phase}`)
  })
  return Promise.race([death, nothing])
}
