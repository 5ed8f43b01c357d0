import type { AnyNode } from 'acorn'
import { parseCode, walk, type ParsedCode } from './ast.ts'
import { CodeError, type Problem } from './codeError.ts'
import { functionProblem, recursions } from './functions.ts'
import { contextChanges, exportedHandlers, handlerNames } from './handlers.ts'
import { globalProblem, importProblems, memberProblem } from './names.ts'
import { resolveNames } from './scope.ts'
import { sizeProblem } from './size.ts'
import { syntaxProblem } from './syntax.ts'

/** Throws CodeError for what AppSync would refuse to deploy. */
export function checkCode(code: { name: string; source: string }): ParsedCode {
  const parsed = parseCode(code)
  const found = codeProblems(parsed)
  if (found.length > 0) throw new CodeError(code.name, found)
  return parsed
}

function codeProblems(parsed: ParsedCode): Problem[] {
  const { name, program, origin } = parsed
  const problems: Problem[] = []
  const add = (node: AnyNode, message: string | undefined): void => {
    if (message === undefined || !node.loc) return
    problems.push({ ...origin(node.loc.start.line, node.loc.start.column + 1), message })
  }
  const tooLong = sizeProblem(parsed)
  if (tooLong) problems.push(tooLong)
  const bindings = resolveNames(program)
  walk(program, (node, parents) => {
    const refused = syntaxProblem(node)
    add(node, refused)
    if (refused !== undefined) return 'skip'
    add(node, functionProblem(node, bindings))
    if (node.type === 'ImportDeclaration')
      for (const { at, message } of importProblems(node)) add(at, message)
    if (node.type === 'Identifier') add(node, globalProblem(node, bindings))
    if (node.type === 'MemberExpression')
      add(node.property, memberProblem(node, isCallee(node, parents), bindings))
    return undefined
  })
  for (const call of recursions(program, bindings)) add(call, 'recursion is not supported by APPSYNC_JS')
  const handlers = exportedHandlers(program, bindings)
  for (const each of handlerNames) {
    const handler = handlers.get(each)
    if (!handler)
      problems.push({ file: name, line: 1, column: 1, message: `no function '${each}' is exported` })
    else for (const node of contextChanges(handler)) add(node, 'ctx and its members cannot be reassigned')
  }
  return problems
}

function isCallee(node: AnyNode, parents: readonly AnyNode[]): boolean {
  const parent = parents.at(-1)
  return parent?.type === 'CallExpression' && parent.callee === node
}
