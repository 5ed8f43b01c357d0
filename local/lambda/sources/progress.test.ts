import { expect, test } from 'vitest'
import { createProgress } from './progress.ts'

test('the checkpoint never passes a record that is not done, and what is done beyond it is known after a restart', () => {
  const progress = createProgress(undefined, 2)
  for (const sequence of ['8', '9', '10']) progress.read(sequence)
  progress.done(['9'], 1)
  expect(progress.checkpoint).toBeUndefined()
  const later = createProgress(progress.position(), 2)
  expect([later.isDone('8', 0), later.isDone('9', 1), later.isDone('10', 1)]).toEqual([false, true, false])
  progress.done(['8'], 0)
  expect([progress.checkpoint, progress.open()]).toEqual(['9', 1])
})

test('another number of lanes starts again from the checkpoint', () => {
  const saved = { checkpoint: '7', lanes: ['9', null] }
  expect(createProgress(saved, 3).isDone('9', 0)).toBe(false)
})
