import { effects } from './effects.ts'
import { host } from './host.ts'

/**
 * AppSync ends any loop after 1,000 iterations without saying so: `for…of`, `for…in` and the array methods that
 * take a callback just stop. Here a line in the log tells.
 */
const mostIterations = 1_000

/** Nested loops multiply; after this long a handler is stopped, since it holds up everybody else. */
const longestRun = 5_000

let iterations = 0
let startedAt = 0

export function beginLoops(): void {
  iterations = 0
}

function count(more: number): void {
  const before = iterations
  iterations += more
  if (before >> 16 === iterations >> 16) return
  if (before < 1 << 16) startedAt = host().now()
  else if (host().now() - startedAt > longestRun) throw new Error('Execution timed out.')
}

function warn(what: string): void {
  const message = `${what} was ended after ${mostIterations} iterations, as AppSync does`
  effects.logs.push({ level: 'WARN', message })
}

/** What a `for…of` goes over. */
export function* upTo(iterable: Iterable<unknown>): Generator {
  let done = 0
  for (const each of iterable) {
    if (done === mostIterations) {
      warn('for…of')
      return
    }
    done += 1
    count(1)
    yield each
  }
}

/** What a `for…in` goes over. */
export function* keys(object: object): Generator<string> {
  const names: string[] = []
  for (const name in object) names.push(name)
  for (const name of upTo(names)) yield name as string
}

/** Those that go from the back are left whole: how AppSync ends them is not known. */
const limited = ['map', 'forEach', 'filter', 'reduce', 'find', 'some', 'every', 'findIndex', 'flatMap']

type Method = (this: unknown[], ...args: unknown[]) => unknown

/** Makes the array methods that take a callback stop where AppSync's do. */
export function limitArrayMethods(): void {
  const prototype = Array.prototype as unknown as Record<string, Method>
  for (const name of limited) {
    const method = prototype[name] as Method
    const replacement: Method = function (...args) {
      count(this.length)
      if (this.length <= mostIterations) return method.apply(this, args)
      warn(`Array.${name}`)
      return method.apply(this.slice(0, mostIterations), args)
    }
    Object.defineProperty(prototype, name, { value: replacement })
  }
}
