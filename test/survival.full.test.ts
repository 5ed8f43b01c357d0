import { afterAll, inject, describe, expect, it } from 'vitest'
import { setTimeout as pause } from 'node:timers/promises'
import { sendCustomers } from './survival/customers.ts'
import { phases } from './survival/phases.ts'
import { createRandom, type Random } from './survival/random.ts'
import { openSurvivor, troubles, type Survivor } from './survival/survivor.ts'

const kills = Number(process.env.KILLS ?? 60)
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const atOnce = 24
/** Milliseconds in which the aim must be reached, on a busy machine too. */
const patience = 40_000

describe('a system that is killed again and again', () => {
  let survivor: Survivor
  afterAll(() => survivor.clear())

  it(
    'loses nothing it acknowledged, ends every order and leaves nothing behind',
    async () => {
      const random = createRandom(seed)
      console.log(`seed ${seed} (SEED=${seed} repeats it)`)
      survivor = await openSurvivor(inject('assembly'))
      const customers = sendCustomers(survivor.client, atOnce, random)
      const hit = new Map<string, number>()
      for (let kill = 1; kill <= kills; kill += 1) {
        while (customers.inFlight() < 20) await pause(1)
        const began = performance.now()
        const phase = phases[kill % phases.length] ?? 'write'
        const words = await die(survivor, phase, random)
        const lived = performance.now() - began
        const flying = customers.inFlight()
        hit.set(phase, (hit.get(phase) ?? 0) + 1)
        const died = performance.now()
        survivor.begin()
        if (kill % 10 === 0) {
          await pause(random.below(700))
          await survivor.mortal.kill()
          hit.set('start', (hit.get('start') ?? 0) + 1)
          survivor.begin()
        }
        await survivor.ready()
        console.log(
          `${kill} ${phase}: ${words}; up for ${lived.toFixed(0)} ms, ${flying} in flight, ` +
            `${customers.accepted.length} accepted; up again after ${(performance.now() - died).toFixed(0)} ms`,
        )
      }
      expect(Math.min(...phases.map((phase) => hit.get(phase) ?? 0))).toBeGreaterThanOrEqual(
        Math.floor(kills / 4),
      )
      const rest = performance.now()
      await customers.goHome()
      console.log(`at rest after ${(performance.now() - rest).toFixed(0)} ms:`, Object.fromEntries(hit))
      const world = await survivor.look(customers)
      console.log(`${world.orders.length} orders`)
      expect(troubles(world)).toEqual([])
      await survivor.end()
    },
    8 * 60_000,
  )
})

/** Has it die in that phase; throws when there is no such activity for long. */
async function die({ mortal }: Survivor, phase: (typeof phases)[number], random: Random): Promise<string> {
  const most = phase === 'delete' ? 5 : 60
  const death = mortal.dieAt({ phase, count: 1 + random.below(most), delay: random.below(8) })
  const nothing = pause(patience, undefined, { ref: false }).then(() => {
    throw new Error(`Nothing happens in ${phase}`)
  })
  return Promise.race([death, nothing])
}
