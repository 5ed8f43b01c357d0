import { parseArgs } from 'node:util'
import { cloudArguments, cloudUsage, readCloudArguments, type CloudArguments } from '../local/command-line.ts'

export interface StartOptions extends CloudArguments {
  /** What happens is told as lines for people, as JSON, or not at all. */
  readonly lines: 'readable' | 'json' | 'none'
  /** Tell what became of this id instead of starting anything. */
  readonly trace?: string
}

export const usage = `npm start -- [options]

${cloudUsage}
  --quiet                  no line for each request and step
  --json                   these lines as JSON
  --trace ID               follow one thing that a cloud on this data folder did or does, by any of
                           its ids (order, execution, message, request) or the end of one
  --help                   this text
`

/** Reads the command line; throws an Error of one line for what it does not understand. */
export function readOptions(args: readonly string[]): StartOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...cloudArguments,
      quiet: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      trace: { type: 'string' },
    },
  })
  if (values.help) return 'help'
  return {
    ...readCloudArguments(values),
    ...(values.trace === undefined ? {} : { trace: values.trace }),
    lines: values.quiet ? 'none' : values.json ? 'json' : 'readable',
  }
}
