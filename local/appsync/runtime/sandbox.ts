import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createContext, Script } from 'node:vm'
import { bundleOwn } from '../../own-code.ts'
import type { ParsedCode } from '../check/ast.ts'
import type * as Inside from './inside/index.ts'
import { link } from './link.ts'

/** What one handler answered, in plain JSON. */
export type HandlerOutcome = HandlerEnd & {
  readonly stash: object
  readonly appended: readonly {
    message: string
    errorType: string | null
    data: unknown
    errorInfo: unknown
  }[]
  readonly headers: readonly { name: unknown; value: unknown }[]
  readonly logs: readonly { level: string; message: string }[]
  readonly invalidations: readonly { subscriptionField: string; payload: unknown }[]
  readonly subscriptionFilter?: unknown
  readonly invalidationFilter?: unknown
}

type HandlerEnd =
  | { readonly kind: 'value'; readonly value?: unknown }
  | { readonly kind: 'early'; readonly value?: unknown; readonly skipTo: 'END' | 'NEXT' }
  | {
      readonly kind: 'error'
      readonly error: { message: string; errorType: string | null; data: unknown; errorInfo: unknown }
    }
  | { readonly kind: 'exception'; readonly message: string }

/** A handler of a code file; takes JSON and never throws. `about`: see CallFacts. */
export type Handler = (about: string, stable: string, changing: string) => HandlerOutcome

export interface Handlers {
  readonly request: Handler
  readonly response: Handler
}

/** Characters an evaluated request or response may have. */
const largestAnswer = 5 * 1024 * 1024

const tooLarge = {
  message: 'Transformation too large.',
  errorType: 'MappingTemplate',
  data: null,
  errorInfo: null,
}

const utilities = await utilityScript()

/**
 * The runtime's own code, bundled once a process and evaluated anew in each context. What it needs of the language
 * it takes as arguments: as globals they are gone by the time it runs.
 */
async function utilityScript(): Promise<Script> {
  const code = await bundleOwn(fileURLToPath(new URL('inside/index.ts', import.meta.url)), {
    format: 'iife',
    globalName: 'inside',
    target: 'esnext',
  })
  const intrinsics =
    'Error, Date, Intl, RegExp, BigInt, Map, Set, Reflect, encodeURIComponent, decodeURIComponent'
  const wrapped = `((${intrinsics}) => { ${code}; return inside })(${intrinsics})`
  return new Script(wrapped, { filename: 'appsync-runtime.js' })
}

/**
 * Loads checked code into a context of its own, where it reaches nothing of this process: the utilities live inside
 * the context, only JSON text crosses, and what the language could use to get out is gone.
 */
export function loadCode(code: ParsedCode, now: () => number): Handlers {
  const context = createContext(Object.create(null) as object, {
    codeGeneration: { strings: false, wasm: false },
  })
  const inside = utilities.runInContext(context) as typeof Inside
  inside.start({
    now,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    base64Encode: (text) => Buffer.from(text).toString('base64'),
    base64Decode: (base64) => Buffer.from(base64, 'base64').toString(),
  })
  const linked = link(code)
  const script = new Script(linked.script, { filename: 'code.js', columnOffset: -linked.prefix })
  const handlers = inside.load(script.runInContext(context) as Parameters<typeof inside.load>[0])

  const handler = (name: 'request' | 'response'): Handler => {
    const run = handlers[name]
    if (!run) throw new Error(`${code.name} exports no ${name}`)
    return (about, stable, changing) => {
      const answer = inside.call(run, about, stable, changing)
      const outcome = JSON.parse(answer) as HandlerOutcome | Exception
      if (answer.length > largestAnswer) return { ...outcome, kind: 'error', error: tooLarge }
      return outcome.kind === 'exception' && 'stack' in outcome ? placed(outcome) : outcome
    }
  }

  /**
   * AppSync's wording of an exception, with the place in the code as a person wrote it; the log names the file too,
   * which AppSync does not.
   */
  function placed(outcome: Exception): HandlerOutcome {
    const [, line, column] = /code\.js:(\d+):(\d+)/.exec(outcome.stack) ?? []
    const inCode = linked.place(Number(line ?? 1), Number(column ?? 1))
    const at = code.origin(inCode.line, inCode.column)
    const place = `${at.line}:${at.column}: ${outcome.name}: ${outcome.message}`
    const logs = [...outcome.logs, { level: 'ERROR', message: `${at.file}:${place}` }]
    return { ...outcome, message: `code.js:${place}`, logs }
  }

  return { request: handler('request'), response: handler('response') }
}

/** An exception as it crosses the border. */
type Exception = Extract<HandlerOutcome, { kind: 'exception' }> & {
  readonly name: string
  readonly stack: string
}
