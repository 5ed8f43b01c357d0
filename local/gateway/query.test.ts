import { afterEach, describe, expect, it } from 'vitest'
import { closeGateways, gateway } from './testing/harness.ts'
import type { RunningGateway } from './testing/harness.ts'

afterEach(closeGateways)

async function form(
  { endpoint }: RunningGateway,
  path: string,
  parameters: Record<string, string>,
): Promise<string> {
  const response = await fetch(endpoint + path, { method: 'POST', body: new URLSearchParams(parameters) })
  return await response.text()
}

describe('the older query form of SQS', () => {
  it('takes the queue from the path, and flattened lists and maps', async () => {
    const running = await gateway({ 'sqs:SendMessageBatch': {} })
    await form(running, '/000000000000/q', {
      Action: 'SendMessageBatch',
      Version: '2012-11-05',
      'SendMessageBatchRequestEntry.2.Id': 'b',
      'SendMessageBatchRequestEntry.1.Id': 'a',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Name': 'kind',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue': 'x',
    })
    expect(running.calls[0]?.input).toEqual({
      QueueUrl: `${running.endpoint}/000000000000/q`,
      Entries: [{ Id: 'a', MessageAttributes: { kind: { StringValue: 'x' } } }, { Id: 'b' }],
    })
  })

  it('answers with elements that stand without a list around them', async () => {
    const running = await gateway({
      'sqs:ReceiveMessage': {
        Messages: [{ Body: '<b>', Attributes: { SentTimestamp: '1' } }, { Body: 'c' }],
      },
    })
    const answer = await form(running, '/0/q', { Action: 'ReceiveMessage', Version: '2012-11-05' })
    expect(answer).toContain(
      '<ReceiveMessageResult>' +
        '<Message><Body>&#60;b&#62;</Body><Attribute><Name>SentTimestamp</Name><Value>1</Value></Attribute></Message>' +
        '<Message><Body>c</Body></Message></ReceiveMessageResult>',
    )
  })
})

describe('the query form of CloudWatch', () => {
  it('reads dates as seconds and writes them as texts', async () => {
    const running = await gateway({
      'monitoring:GetMetricStatistics': {
        Datapoints: [{ Timestamp: 1.5, Sum: 3 }, { Timestamp: new Date(2000) }],
      },
    })
    const answer = await form(running, '/', {
      Action: 'GetMetricStatistics',
      Version: '2010-08-01',
      StartTime: '2026-01-01T00:00:00Z',
      'Dimensions.member.1.Name': 'n',
      'Dimensions.member.1.Value': 'v',
    })
    expect(running.calls[0]?.input).toEqual({
      StartTime: Date.UTC(2026, 0, 1) / 1000,
      Dimensions: [{ Name: 'n', Value: 'v' }],
    })
    expect(answer).toContain(
      '<Datapoints><member><Timestamp>1970-01-01T00:00:01.500Z</Timestamp><Sum>3</Sum></member>' +
        '<member><Timestamp>1970-01-01T00:00:02.000Z</Timestamp></member></Datapoints>',
    )
  })

  it('refuses what is no date', async () => {
    const running = await gateway({ 'monitoring:GetMetricStatistics': {} })
    const parameters = { Action: 'GetMetricStatistics', Version: '2010-08-01', StartTime: 'soon' }
    expect(await form(running, '/', parameters)).toContain('soon is not a valid timestamp for StartTime')
  })
})
