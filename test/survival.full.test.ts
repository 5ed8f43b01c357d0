import { expect, inject, it } from 'vitest'
import { killAgain } from './survival/kill-again.ts'
import { phases } from './survival/phases.ts'
import { createRandom } from './survival/random.ts'

const kills = 56
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

it(
  'is killed in every phase again and again, and loses nothing it acknowledged',
  async () => {
    console.log(`SEED=${seed} repeats the aims`)
    const { hit, wrong } = await killAgain(inject('assembly'), kills, createRandom(seed))
    console.log(Object.fromEntries(hit))
    expect(wrong).toEqual([])
    for (const phase of phases) expect(hit.get(phase)).toBeGreaterThanOrEqual(5)
  },
  10 * 60_000,
)
