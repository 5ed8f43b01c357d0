import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire, Module, registerHooks } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** What Lambda's Node.js runtime brings along. */
const provided = /^(@aws-sdk|@smithy|@aws)\//

/**
 * Makes modules resolve as if `root` were /var/task, with nothing above it: here it may lie in a repository, whose
 * package.json must not say what a .js file is, and whose node_modules must not stand in for what was not bundled.
 * The AWS SDK that an asset does not bring along is the one `runtime` (a file's URL) finds.
 */
export function isolateModules(root: string, runtime: string): void {
  const home = `${pathToFileURL(realpathSync(root)).href}/`
  const inside = (url: string | undefined): boolean => url?.startsWith(home) === true

  treatAsCommonJs((path) => inside(pathToFileURL(path).href) && isCommonJs(path, root))
  registerHooks({
    resolve(specifier, context, next) {
      if (provided.test(specifier) && inside(context.parentURL))
        try {
          return next(specifier, context)
        } catch {
          return context.conditions.includes('require')
            ? { url: pathToFileURL(createRequire(runtime).resolve(specifier)).href, shortCircuit: true }
            : next(specifier, { ...context, parentURL: runtime })
        }
      const found = next(specifier, context)
      if (!found.url.startsWith('file:') || inside(found.url) || !inside(context.parentURL)) return found
      const required = context.conditions.includes('require')
      const from = context.parentURL === undefined ? '' : fileURLToPath(context.parentURL)
      const message = required
        ? `Cannot find module '${specifier}'\nRequire stack:\n- ${from}`
        : `Cannot find package '${specifier}' imported from ${from}`
      throw Object.assign(new Error(message), {
        code: required ? 'MODULE_NOT_FOUND' : 'ERR_MODULE_NOT_FOUND',
      })
    },
  })
}

/** A .js file that no package.json of the asset speaks for: an ES module only if it looks like one. */
export function isCommonJs(path: string, root: string): boolean {
  if (!path.endsWith('.js') || hasPackage(dirname(path), root)) return false
  return !/^\s*(import|export)\b/m.test(readFileSync(path, 'utf8'))
}

interface ModuleInternals {
  readonly _extensions: Record<string, (module: Compiled, path: string) => void>
}
interface Compiled {
  _compile(source: string, path: string, format: 'commonjs'): void
}

/** The load hook cannot do this: Node.js asks the package.json again when it runs a CommonJS module. */
function treatAsCommonJs(applies: (path: string) => boolean): void {
  const { _extensions: extensions } = Module as unknown as ModuleInternals
  const usual = extensions['.js']
  extensions['.js'] = (module, path) => {
    if (applies(path)) module._compile(readFileSync(path, 'utf8'), path, 'commonjs')
    else usual?.(module, path)
  }
}

function hasPackage(folder: string, root: string): boolean {
  if (existsSync(`${folder}/package.json`)) return true
  return folder.length > realpathSync(root).length && hasPackage(dirname(folder), root)
}
