import { describe, expect, inject, test } from 'vitest'
import { cancelled, declined, outOfStock } from '../model/failures.ts'
import { definition, evaluate, readTemplate, resource, retriesOf, wayFrom } from './synthesized.ts'

const template = readTemplate(inject('assembly'))
const saga = definition(template, 'Saga')
const orderUndo = definition(template, 'OrderUndo')

const defaultOf = (name: string): number => Number(template.Parameters[name]?.Default)

describe('the saga', () => {
  const business = [declined, outOfStock, cancelled]
  const forward = ['ProcessPayment', 'UpdateInventory', 'SendNotification']
  const back = ['BeginUndo', 'CompensateRestock', 'CompensateRefund', 'CloseUndone']

  test('goes forward by payment, inventory, notification, and back by the undo of each', () => {
    expect(saga.QueryLanguage).toBe('JSONata')
    expect(wayFrom(saga, saga.StartAt)).toEqual(forward)
    expect(wayFrom(saga, 'BeginUndo')).toEqual(back)
  })

  test.each(forward)('%s turns back on any failure', (name) => {
    expect(saga.States[name]?.Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: 'BeginUndo' }])
  })

  test('ends every Catch with States.ALL', () => {
    const catchers = Object.values(saga.States).flatMap(({ Catch: catchers }) => (catchers ? [catchers] : []))
    expect(catchers).toHaveLength(6)
    for (const each of catchers) expect(each.at(-1)?.ErrorEquals).toEqual(['States.ALL'])
  })

  test.each(['CompensateRestock', 'CompensateRefund'])(
    '%s that fails does not keep the next away',
    (name) => {
      expect(saga.States[name]?.Catch?.[0]?.Next).toBe(saga.States[name]?.Next)
    },
  )

  test('ends well when the order was closed in the meantime', () => {
    const [closed] = saga.States.BeginUndo?.Catch ?? []
    expect(closed?.ErrorEquals).toEqual(['OrderClosed'])
    expect(saga.States[closed?.Next ?? '']?.Type).toBe('Succeed')
  })

  test.each(forward)('%s is never tried again for a business failure', (name) => {
    for (const error of business) expect(retriesOf(saga.States[name], error)).toBe(0)
  })

  test('never tries a payment again that got no answer, but does so when the queue refused it', () => {
    expect(retriesOf(saga.States.ProcessPayment, 'States.Timeout')).toBe(0)
    expect(retriesOf(saga.States.ProcessPayment, 'SQS.AmazonSQSException')).toBe(5)
  })

  test('waits for a payment by the clock alone: a heartbeat would run out while its message waits', () => {
    expect(saga.States.ProcessPayment).not.toHaveProperty('HeartbeatSeconds')
    expect(saga.States.ProcessPayment).not.toHaveProperty('HeartbeatSecondsPath')
  })

  const retries: [string, number][] = [
    ['UpdateInventory', 5],
    ['SendNotification', 5],
    ...back.map((name): [string, number] => [name, 40]),
  ]
  test.each(retries)('%s is tried again %i times for anything else', (name, times) => {
    for (const error of ['States.Timeout', 'Lambda.TooManyRequestsException', 'Error'])
      expect(retriesOf(saga.States[name], error)).toBe(times)
  })

  test('spaces every retry with full jitter and a cap', () => {
    const retriers = Object.values(saga.States).flatMap(({ Retry: retriers = [] }) => retriers)
    for (const { MaxAttempts: most, JitterStrategy: jitter, MaxDelaySeconds: cap } of retriers)
      if (most > 0) expect({ jitter, cap }).toEqual({ jitter: 'FULL', cap: most === 5 ? 20 : 300 })
  })

  test('waits for each function longer than the function may take', () => {
    for (const { Arguments: given, TimeoutSeconds: patience } of Object.values(saga.States)) {
      if (given?.FunctionName === undefined) continue
      const { Timeout: timeout } = template.Resources[given.FunctionName]?.Properties ?? {}
      expect(evaluate(template, timeout)).toBeLessThan(patience ?? 0)
    }
  })

  test('gives a payment all its deliveries before it gives up', () => {
    const visibility = defaultOf('QueueVisibilityTimeout')
    expect(defaultOf('ProviderTimeoutMs')).toBeLessThan(defaultOf('PaymentFunctionTimeout') * 1000)
    expect(visibility).toBeGreaterThanOrEqual(6 * defaultOf('PaymentFunctionTimeout'))
    expect(defaultOf('PaymentTaskTimeout')).toBeGreaterThan(visibility * defaultOf('MaxReceiveCount'))
  })

  test('carries the id of the order and nothing of the person', () => {
    const text = JSON.stringify(saga)
    for (const word of ['customerEmail', 'items', 'paymentMethod', 'total', 'reason', 'errorOutput.Cause'])
      expect(text).not.toContain(word)
    const { LoggingConfiguration: log } = resource(template, 'AWS::StepFunctions::StateMachine', 'Saga')
    expect(log).toMatchObject({ IncludeExecutionData: false })
  })

  test('has its way back in order-undo again, state by state', () => {
    expect(orderUndo.StartAt).toBe('BeginUndo')
    const { ProcessPayment, UpdateInventory, SendNotification, ...wayBack } = saga.States
    expect([ProcessPayment, UpdateInventory, SendNotification]).not.toContain(undefined)
    expect(orderUndo.States).toEqual(wayBack)
  })
})

describe('the figures', () => {
  /** Seconds that the retries of a state are spaced over, as full jitter draws them: at most, on average, and their spread. */
  const spread = (retries: number, interval: number, cap: number) => {
    const delays = Array.from({ length: retries }, (_, retry) => Math.min(cap, interval * 2 ** retry))
    const most = delays.reduce((sum, delay) => sum + delay, 0)
    return {
      most,
      average: most / 2,
      deviation: Math.sqrt(delays.reduce((sum, delay) => sum + delay ** 2 / 12, 0)),
    }
  }
  const ofWay = (way: 'Forward' | 'Undo') =>
    spread(defaultOf(`${way}Retries`), defaultOf(`${way}RetryInterval`), defaultOf(`${way}RetryCap`))
  const longestStep = (way: 'Forward' | 'Undo'): number =>
    ofWay(way).most + (defaultOf(`${way}Retries`) + 1) * defaultOf('StepTaskTimeout')

  test('let an undo that fails for an hour end by itself', () => {
    const { average, deviation } = ofWay('Undo')
    expect(average - 2.5 * deviation).toBeGreaterThan(3600)
  })

  test('call what goes forward still after every time-out together, and not before', () => {
    const all = defaultOf('PaymentTaskTimeout') + ofWay('Forward').most + 2 * longestStep('Forward')
    expect(defaultOf('StandsStill')).toBeGreaterThan(all)
  })

  test('call an undo still after every time-out of what comes behind its fence', () => {
    expect(defaultOf('UndoStandsStill')).toBeGreaterThan(3 * longestStep('Undo'))
  })
})
