import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runtimeError } from './errors.ts'
import { isCommonJs } from './modules.ts'

export type Handler = (
  event: unknown,
  context: object,
  callback?: (error: unknown, result?: unknown) => void,
) => unknown

const callbacksAreGone =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
  'You need to modify this function to use a supported handler signature to use Node.js 24 or later. ' +
  'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.'

/** Finds `folder/module.export` below the task root the way Lambda's Node.js runtime does. */
export async function loadHandler(root: string, handler: string, runtimeMajor: number): Promise<Handler> {
  if (handler.includes('..'))
    throw runtimeError(
      'MalformedHandlerName',
      `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    )
  const last = basename(handler)
  const dot = last.indexOf('.')
  if (dot < 0) throw runtimeError('MalformedHandlerName', 'Bad handler')
  const name = last.slice(0, dot)
  const module = await load(root, handler.slice(0, handler.length - last.length), name)
  const path = last.slice(dot + 1).split('.')
  const found = member(module, path) ?? member(member(module, ['default']), path)
  if (found === undefined || found === null)
    throw runtimeError('HandlerNotFound', `${handler} is undefined or not exported`)
  if (typeof found !== 'function') throw runtimeError('HandlerNotFound', `${handler} is not a function`)
  if (found.length >= 3 && runtimeMajor >= 24)
    throw runtimeError('CallbackHandlerDeprecated', callbacksAreGone)
  return found as Handler
}

async function load(root: string, folder: string, name: string): Promise<unknown> {
  const path = resolve(root, folder, name)
  const require = createRequire(join(root, 'index.mjs'))
  try {
    for (const extension of ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'])
      if (existsSync(path + extension)) {
        if (isCommonJs(path + extension, root)) return require(path + extension) as unknown
        return await import(pathToFileURL(path + extension).href)
      }
    return require(name) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('UserCodeSyntaxError', String(error), error.stack)
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')
      throw runtimeError('ImportModuleError', String(error))
    throw error
  }
}

function member(from: unknown, path: readonly string[]): unknown {
  let found = from
  for (const key of path)
    found =
      (typeof found === 'object' && found !== null) || typeof found === 'function'
        ? (found as Record<string, unknown>)[key]
        : undefined
  return found
}
