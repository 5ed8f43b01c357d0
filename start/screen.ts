import type { Cloud } from '../local/cloud.ts'
import type { Reload } from './hot-reload.ts'

const plain = !(process.stdout.isTTY && process.stdout.hasColors())
export const paint = (code: number) => (text: string) => (plain ? text : `\u001b[${code}m${text}\u001b[0m`)
export const bold = paint(1)
export const dim = paint(2)
const green = paint(32)
const red = paint(31)

/** One phase of the start and how long it took. */
export function phaseLine(name: string, took: number): string {
  return `  ${name.padEnd(28)}${dim(`${took.toFixed(0).padStart(6)} ms`)}`
}

/** What `npm run watch` reads when it is not told. */
const usualOutputs = '.local/outputs.json'

/** As a shell takes it for one word. */
const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `"${path}"`)

/** For curl, which asks a proxy for this machine, too, where the environment names one. */
const { http_proxy, all_proxy, ALL_PROXY } = process.env
const noProxy = (http_proxy ?? all_proxy ?? ALL_PROXY) === undefined ? '' : "--noproxy '*' "

/** What a newcomer needs once everything runs: where it is, the key, and one command to try. `data`: as one would type it. */
export function welcome(cloud: Cloud, data: string): string {
  const { GraphqlUrl = '', ApiKey = '' } = cloud.outputs.OrderSystem ?? {}
  const outputs = `${data}/outputs.json`
  const watch = outputs === usualOutputs ? 'npm run watch' : `npm run watch -- --outputs ${quoted(outputs)}`
  const order =
    '{ customerEmail: \\"ada@example.com\\", items: [{ sku: \\"SKU123\\", qty: 2 }], totalAmount: 39.98 }'
  return `
  ${bold('GraphQL')}   ${GraphqlUrl}
  ${bold('API key')}   ${ApiKey}
  ${bold('AWS')}       ${cloud.place.awsEndpoint}
  ${bold('Outputs')}   ${outputs} ${dim('(the keys for the AWS endpoint too)')}

  Have an order made, and watch it from another terminal with ${bold(watch)}:

  curl -s ${noProxy}${GraphqlUrl} -H 'x-api-key: ${ApiKey}' -H 'content-type: application/json' \\
    -d '{"query": "mutation { createOrder(input: ${order}) { id status } }"}'

  ${dim('Ctrl-C stops everything.')}
`
}

/** That saved sources are being brought in, for when that takes long. */
export function slowLine(files: readonly string[], lines: 'readable' | 'json' | 'none'): string {
  if (lines === 'json') return JSON.stringify({ at: new Date().toISOString(), kind: 'reloading', files })
  return dim(`reload  ${named(files)}  under way`)
}

/** What became of saved sources: for people one line, and below it what is wrong. */
export function reloadLine(reload: Reload, lines: 'readable' | 'json' | 'none'): string {
  if (lines === 'json') return JSON.stringify({ at: new Date().toISOString(), kind: 'reload', ...reload })
  const { files, took, trouble } = reload
  const what = named(files)
  if (trouble === undefined) return `${green('reload')}  ${what}  ${dim(`${took.toFixed(0)} ms`)}`
  return `${red('reload')}  ${what}: the version before runs on\n\n  ${trouble.replaceAll('\n', '\n  ')}\n`
}

const named = (files: readonly string[]): string =>
  files.length > 3 ? `${files.length} files` : files.join(', ')
