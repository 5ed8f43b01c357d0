import { expect, test } from 'vitest'
import { fakeClock } from '../testing/clock.ts'
import { limitColdStarts } from './coldStarts.ts'

test('no more sandboxes start at a time than are good, and who waits comes when one is done', () => {
  const starts = limitColdStarts(2, fakeClock())
  const started: string[] = []
  const start = (name: string): (() => void) | undefined => {
    const done = starts.begin(() => void start(name))
    if (done) started.push(name)
    return done
  }
  const first = start('a')
  for (const name of ['b', 'c', 'd']) start(name)
  expect(started).toEqual(['a', 'b'])
  first?.()
  first?.()
  expect(started).toEqual(['a', 'b', 'c'])
})

test('one that takes long to initialize holds up the others for a second only', async () => {
  const clock = fakeClock()
  const starts = limitColdStarts(1, clock)
  const later: string[] = []
  starts.begin(() => undefined)
  starts.begin(() => void later.push('a'))
  await clock.advance(1_000)
  expect(later).toEqual(['a'])
  expect(starts.begin(() => undefined)).toBeDefined()
})
