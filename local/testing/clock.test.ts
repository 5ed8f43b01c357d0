import { expect, test } from 'vitest'
import { fakeClock } from './clock.ts'

test('what falls due runs in its order, at its time, also when it was asked for on the way', async () => {
  const clock = fakeClock(0)
  const ran: string[] = []
  clock.at(20, () => ran.push(`b at ${clock.now()}`))
  clock.at(10, () => {
    ran.push(`a at ${clock.now()}`)
    void Promise.resolve().then(() => clock.at(15, () => ran.push(`c at ${clock.now()}`)))
  })
  clock.at(10, () => ran.push('cancelled'))()
  await clock.advance(30)
  expect(ran).toEqual(['a at 10', 'c at 15', 'b at 20'])
  expect(clock.now()).toBe(30)
})
