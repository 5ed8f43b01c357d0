import { expect, it } from 'vitest'
import { tell } from './story.ts'

it('tells that a table was left behind, whose rows would seem lost otherwise', () => {
  const left = { at: 0, service: 'dynamodb', what: 'TableLeft', subject: 'OrderSystem-Orders315E9B4F' }
  expect(tell(left)).toMatchObject([
    { kind: 'event', what: 'table Orders', detail: expect.stringMatching(/kept with its items/) as string },
  ])
})
