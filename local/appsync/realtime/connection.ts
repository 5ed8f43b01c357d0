import type { RawData, WebSocket } from 'ws'
import type { CloudContext } from '../../aws/context.ts'
import { RequestRefused } from '../http/refusal.ts'
import {
  clientFrame,
  complete,
  connectionAck,
  errorFrame,
  startAck,
  StartRefused,
  unsupportedOperation,
  type ClientFrame,
} from './frames.ts'
import type { Hub } from './hub.ts'
import type { Prepared } from './start.ts'
import type { Subscription } from './subscription.ts'

/** Subscriptions AppSync allows on one connection. */
const mostSubscriptions = 200
/** Bytes that may wait for a client that does not read; beyond that it is cut off. */
const mostUnread = 4 * 1024 * 1024
/** A client that says nothing this long after connecting is cut off, in milliseconds. */
const patience = 30_000
/** AppSync closes every connection after a day. */
const longestLife = 24 * 3_600_000

/** One client's socket. */
export class Connection {
  readonly #socket: WebSocket
  readonly #context: CloudContext
  readonly #hub: Hub
  readonly #prepare: (frame: ClientFrame) => Promise<Prepared>
  /** By the client's id; a symbol of its own until its resolver has answered. */
  readonly #subscriptions = new Map<string, Subscription | symbol>()
  readonly #cancel: (() => void)[]
  acknowledged = false

  constructor(
    socket: WebSocket,
    context: CloudContext,
    hub: Hub,
    prepare: (frame: ClientFrame) => Promise<Prepared>,
  ) {
    this.#socket = socket
    this.#context = context
    this.#hub = hub
    this.#prepare = prepare
    const { clock } = context
    this.#cancel = [
      clock.at(clock.now() + patience, () => {
        if (!this.acknowledged) socket.close(1008, 'No connection_init.')
      }),
      clock.at(clock.now() + longestLife, () => socket.close(1001, 'Connected for 24 hours.')),
    ]
    socket.on('message', (data, binary) => void this.#receive(data, binary))
    socket.on('close', () => this.#closed())
  }

  /** Sends text, unless the client has stopped reading: then it is cut off. */
  send(frame: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount <= mostUnread) {
      this.#socket.send(frame)
      return
    }
    this.#socket.terminate()
    const error = `${this.#socket.bufferedAmount} bytes wait for a client that does not read`
    this.#context.report({ at: this.#context.clock.now(), service: 'appsync', what: 'cut off', error })
  }

  #closed(): void {
    for (const cancel of this.#cancel) cancel()
    for (const subscription of this.#subscriptions.values())
      if (typeof subscription !== 'symbol') this.#hub.remove(subscription)
    this.#subscriptions.clear()
  }

  async #receive(data: RawData, binary: boolean): Promise<void> {
    const frame = binary ? undefined : clientFrame(textOf(data))
    if (frame?.type === 'connection_init') {
      if (!this.acknowledged) this.send(connectionAck)
      this.acknowledged = true
    } else if (!this.acknowledged) return
    else if (frame?.type === 'start') await this.#start(frame)
    else if (frame?.type === 'stop') this.#stop(frame.id)
    else this.send(errorFrame(frame?.id ?? '', unsupportedOperation('unknown').errors))
  }

  async #start(frame: ClientFrame): Promise<void> {
    const { id } = frame
    const starting = Symbol(id)
    try {
      this.#reserve(id, starting)
    } catch (error) {
      this.send(errorFrame(id, errorsOf(error)))
      return
    }
    try {
      const prepared = await this.#prepare(frame)
      // The client may have stopped it, or gone, in the meantime.
      if (this.#subscriptions.get(id) !== starting) return
      const subscription: Subscription = {
        ...prepared,
        id,
        send: (text) => this.send(text),
        end: () => this.#stop(id),
      }
      this.#subscriptions.set(id, subscription)
      this.#hub.add(subscription)
      this.send(startAck(id))
    } catch (error) {
      if (this.#subscriptions.get(id) !== starting) return
      this.#subscriptions.delete(id)
      // AppSync's frame about throttling does not say whom it means.
      const throttled = error instanceof RequestRefused && error.status === 429
      this.send(errorFrame(throttled ? '' : id, errorsOf(error)))
    }
  }

  #reserve(id: string, starting: symbol): void {
    if (this.#subscriptions.has(id))
      throw new StartRefused([
        { errorType: 'DuplicatedOperationError', message: `Duplicated operation with id ${id}` },
      ])
    if (this.#subscriptions.size >= mostSubscriptions)
      throw new StartRefused([
        {
          errorType: 'MaxSubscriptionsReachedError',
          message: `Max number of ${mostSubscriptions} subscriptions reached`,
        },
      ])
    this.#subscriptions.set(id, starting)
  }

  #stop(id: string): void {
    const subscription = this.#subscriptions.get(id)
    if (subscription === undefined) return
    if (typeof subscription !== 'symbol') this.#hub.remove(subscription)
    this.#subscriptions.delete(id)
    this.send(complete(id))
  }
}

function textOf(data: RawData): string {
  return Array.isArray(data)
    ? Buffer.concat(data).toString('utf8')
    : Buffer.from(data as Buffer).toString('utf8')
}

function errorsOf(error: unknown): StartRefused['errors'] {
  if (error instanceof StartRefused) return error.errors
  if (error instanceof RequestRefused) return [{ errorType: error.errorType, message: error.message }]
  return [{ errorType: 'InternalFailure', message: 'An internal failure occurred while subscribing.' }]
}
