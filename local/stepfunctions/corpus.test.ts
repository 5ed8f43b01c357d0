import { expect, test } from 'vitest'
import { detailsOf, fixtures, opened, play } from './testing/corpus.ts'

test.each(fixtures())('%s', async (_, fixture) => {
  const { description, events, requests, start } = await play(fixture)
  const { status, output, error, cause } = description
  expect({ status, output: opened(output), error, cause }).toEqual({
    status: fixture.status,
    output: fixture.output,
    error: fixture.error,
    cause: fixture.cause === undefined ? undefined : (cause ?? 'none'),
  })
  if (fixture.cause !== undefined) expect(cause).toMatch(new RegExp(fixture.cause, 's'))
  const history = events.map(({ previousEventId, type }) => `${previousEventId} ${type}`)
  if (fixture.history) expect(history).toEqual(fixture.history)
  expect(events.map((each) => each.id)).toEqual(events.map((_, at) => at + 1))
  for (const [id, details] of Object.entries(fixture.details ?? {}))
    expect(detailsOf(events[Number(id) - 1]), `event ${id}`).toMatchObject(details)
  for (const [name, expected] of Object.entries(fixture.requests ?? {}))
    expect(requests[name]).toMatchObject(expected)
  if (fixture.times) expect(events.map((each) => each.timestamp - start / 1000)).toEqual(fixture.times)
})
