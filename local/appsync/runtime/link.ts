import type { AnyNode, Program } from 'acorn'
import { walk, type ParsedCode } from '../check/ast.ts'

/** What the linked code finds in scope, besides the globals of the runtime. */
const importedModules: Readonly<Record<string, string>> = {
  '@aws-appsync/utils': '$utils',
  '@aws-appsync/utils/dynamodb': '$dynamodb',
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Code that a script can evaluate: a function expression that answers the handlers. */
export interface LinkedCode {
  readonly script: string
  /** Characters put before the first line. */
  readonly prefix: number
  /** Turns a place in the linked code (from 1) into the place in the code as it was given. */
  place(line: number, column: number): { line: number; column: number }
}

const opening = '(function ($utils, $dynamodb, $upTo, $keys) {"use strict";'

/**
 * Turns a module into a function: imports become constants, exports its result. Lines stay where they are. Loops
 * go through the runtime, which ends them where AppSync does.
 */
export function link({ source, program }: ParsedCode): LinkedCode {
  const exported = new Map<string, string>()
  const edits = [...moduleEdits(source, program, exported), ...loopEdits(source, program)]
  edits.sort((a, b) => a.start - b.start)
  let body = ''
  let at = 0
  for (const { start, end, text } of edits) {
    body += source.slice(at, start) + text
    at = end
  }
  body += source.slice(at)
  const handlers = [...exported].map(([name, local]) => `${name}: ${local}`).join(', ')
  return {
    script: `${opening}${body}\nreturn { ${handlers} }\n})`,
    prefix: opening.length,
    place: placeIn(source, edits),
  }
}

function moduleEdits(source: string, program: Program, exported: Map<string, string>): Edit[] {
  const edits: Edit[] = []
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') {
      const module = importedModules[String(statement.source.value)] ?? 'undefined'
      edits.push(replaced(source, statement, constantsFor(statement.specifiers, module)))
    } else if (statement.type === 'ExportNamedDeclaration') {
      const { declaration } = statement
      if (declaration) {
        for (const name of declaredNames(declaration)) exported.set(name, name)
        edits.push({
          start: statement.start,
          end: declaration.start,
          text: blank(source, statement.start, declaration.start),
        })
      } else {
        for (const { local, exported: name } of statement.specifiers)
          exported.set(nameOf(name), nameOf(local))
        edits.push(replaced(source, statement, ''))
      }
    }
  }
  return edits
}

/** `for…of` and `for…in` ask the runtime for what they go over, so that it can count. */
function loopEdits(source: string, program: Program): Edit[] {
  const edits: Edit[] = []
  walk(program, (node) => {
    if (node.type !== 'ForOfStatement' && node.type !== 'ForInStatement') return undefined
    const { right, left } = node
    edits.push({
      start: right.start,
      end: right.start,
      text: node.type === 'ForOfStatement' ? '$upTo(' : '$keys(',
    })
    edits.push({ start: right.end, end: right.end, text: ')' })
    if (node.type === 'ForInStatement') {
      const start = source.indexOf('in', left.end)
      edits.push({ start, end: start + 2, text: 'of' })
    }
    return undefined
  })
  return edits
}

function constantsFor(specifiers: readonly AnyNode[], module: string): string {
  return specifiers
    .map((specifier) => {
      if (specifier.type === 'ImportNamespaceSpecifier') return `const ${specifier.local.name} = ${module};`
      if (specifier.type !== 'ImportSpecifier') return ''
      return `const { ${nameOf(specifier.imported)}: ${specifier.local.name} } = ${module};`
    })
    .join(' ')
}

function declaredNames(declaration: AnyNode): string[] {
  if (declaration.type === 'FunctionDeclaration') return declaration.id ? [declaration.id.name] : []
  if (declaration.type !== 'VariableDeclaration') return []
  return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
}

function nameOf(node: AnyNode): string {
  return node.type === 'Identifier' ? node.name : node.type === 'Literal' ? String(node.value) : ''
}

/** Replaces a statement; the line breaks it spans stay, so that what follows keeps its line. */
function replaced(source: string, { start, end }: { start: number; end: number }, text: string): Edit {
  return { start, end, text: text + blank(source, start, end).replace(/ +/g, '') }
}

function blank(source: string, start: number, end: number): string {
  return source.slice(start, end).replace(/[^\n]/g, ' ')
}

function placeIn(source: string, edits: readonly Edit[]): LinkedCode['place'] {
  const lineStarts = [0]
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return (line, column) => {
    const lineStart = lineStarts[line - 1]
    if (lineStart === undefined) return { line, column }
    let added = 0
    for (const { start, end, text } of edits) {
      if (start < lineStart || text.includes('\n')) continue
      if (start - lineStart + added >= column - 1) break
      added += text.length - (end - start)
    }
    return { line, column: Math.max(1, column - added) }
  }
}
