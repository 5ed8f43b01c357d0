import { afterEach, describe, expect, it } from 'vitest'
import { createOrdersClient } from '../client/sdk/index.ts'
import { startScriptedApi, type ScriptedApi } from './harness/scripted-api.ts'

const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
const at = '2026-01-01T00:00:00.000Z'

describe('watching an order that no event comes of', () => {
  let api: ScriptedApi | undefined
  afterEach(() => api?.stop())

  it('reads it again after twenty seconds of silence', { timeout: 60_000 }, async () => {
    api = await startScriptedApi((_request, number) => {
      const status = number === 1 ? 'NEW' : 'COMPLETED'
      const timeline = (number === 1 ? ['NEW'] : ['NEW', 'PAID', 'RESERVED', 'COMPLETED']).map((each) => ({
        status: each,
        at,
      }))
      const nextStatuses = number === 1 ? ['PAID'] : []
      return {
        data: { order: { id, status, nextStatuses, version: timeline.length, timeline, failure: null } },
      }
    })
    const client = createOrdersClient({ endpoint: api.endpoint, apiKey: 'da2-x' })
    const began = Date.now()
    const seen: string[] = []
    for await (const { status } of client.watchOrder(id)) seen.push(status)
    expect(seen).toEqual(['NEW', 'PAID', 'RESERVED', 'COMPLETED'])
    expect(Date.now() - began).toBeGreaterThan(19_000)
    expect(api.requests).toHaveLength(2)
  })
})
