import { EarlyReturn, ErrorAbort, runtime } from './abort.ts'
import { console } from './console.ts'
import { makeContext, type ChangingContext, type StableContext } from './context.ts'
import * as helpers from './helpers.ts'
import { beginCall, effects, type CallFacts } from './effects.ts'
import { extensions } from './extensions.ts'
import { setHost, type Host } from './host.ts'
import { useJavaPatterns } from './javaRegex.ts'
import { parse, stringify } from './json.ts'
import { beginLoops, keys, limitArrayMethods, upTo } from './loops.ts'
import { util } from './util.ts'

export type Handlers = Record<string, (context: object) => unknown>
type Linked = (utils: object, helpers: object, upToLimit: object, keysOf: object) => Handlers

/** Global names that resolver code may see; the language's other ones are taken away. */
const kept = [
  'Object',
  'Array',
  'String',
  'Number',
  'Boolean',
  'Math',
  'JSON',
  'NaN',
  'Infinity',
  'undefined',
]

/** Prepares the context this file was evaluated in for resolver code. */
export function start(host: Host): void {
  setHost(host)
  limitArrayMethods()
  useJavaPatterns()
  lenientParse()
  const globals = globalThis
  for (const name of Object.getOwnPropertyNames(globals))
    if (!kept.includes(name)) Reflect.deleteProperty(globals, name)
  Object.assign(globals, { util, extensions, runtime, console })
}

/** Evaluates linked code to its handlers. */
export function load(linked: Linked): Handlers {
  return linked({ util, extensions, runtime }, helpers, upTo, keys)
}

/** AppSync's `JSON.parse` answers a blank string for what is not JSON. */
function lenientParse(): void {
  JSON.parse = (text: string): unknown => {
    try {
      return parse(text)
    } catch {
      return ''
    }
  }
}

/** Runs one handler. Everything crosses the border as JSON: see `HandlerOutcome`. */
export function call(
  handler: (context: object) => unknown,
  about: string,
  stable: string,
  changing: string,
): string {
  beginCall(parse(about) as CallFacts)
  beginLoops()
  const moving = parse(changing) as ChangingContext
  try {
    const value = handler(makeContext(parse(stable) as StableContext, moving))
    return stringify({ kind: 'value', value, stash: moving.stash, ...effects })
  } catch (thrown) {
    return stringify({ ...ended(thrown), stash: moving.stash, ...effects })
  }
}

function ended(thrown: unknown): object {
  if (thrown instanceof EarlyReturn) return { kind: 'early', value: thrown.value, skipTo: thrown.skipTo }
  if (thrown instanceof ErrorAbort) {
    const { message, errorType, data, errorInfo } = thrown
    return { kind: 'error', error: { message, errorType, data, errorInfo } }
  }
  const { name, message, stack } = thrown as Error
  return { kind: 'exception', name, message, stack }
}
