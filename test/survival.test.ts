import { expect, inject, it } from 'vitest'
import { killAgain } from './survival/kill-again.ts'
import { phases } from './survival/phases.ts'
import { createRandom } from './survival/random.ts'

it('is killed in each phase once, and loses nothing it acknowledged', async () => {
  const { hit, wrong } = await killAgain(inject('assembly'), phases.length, createRandom(1))
  expect(wrong).toEqual([])
  expect([...hit.keys()].sort()).toEqual([...phases].sort())
}, 120_000)
