import { parseCode, type ParsedCode } from './ast.ts'
import { CodeError } from './codeError.ts'

/** Throws CodeError for what AppSync would refuse to deploy. */
export function checkCode(code: { name: string; source: string }): ParsedCode {
  return parseCode(code)
}

/** Functions a pipeline may have. */
const mostFunctions = 10

export function checkPipeline(place: string, functions: number): void {
  if (functions <= mostFunctions) return
  const message = `A pipeline has ${mostFunctions} functions at most, this one has ${functions}.`
  throw new CodeError(place, [{ file: place, line: 1, column: 1, message }])
}
