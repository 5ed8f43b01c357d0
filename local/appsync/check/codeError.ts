/** One thing in a code file that AppSync would refuse. Line and column count from 1. */
export interface Problem {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
}

/** Code that AppSync would refuse to deploy: every problem found, in the places of the original source. */
export class CodeError extends Error {
  readonly problems: readonly Problem[]

  constructor(what: string, problems: readonly Problem[]) {
    const shown = problems.map(({ file, line, column, message }) => `  ${file}:${line}:${column} ${message}`)
    super(`${what}: the code contains one or more errors\n${shown.join('\n')}`)
    this.name = 'CodeError'
    this.problems = problems
  }
}
