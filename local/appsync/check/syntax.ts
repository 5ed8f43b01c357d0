import type { AnyNode } from 'acorn'

/** Syntax of the APPSYNC_JS subset. What is not listed is refused. */
const allowed = new Set<AnyNode['type']>([
  'Program',
  'ImportDeclaration',
  'ImportSpecifier',
  'ImportNamespaceSpecifier',
  'ImportDefaultSpecifier',
  'ExportNamedDeclaration',
  'ExportSpecifier',
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'BlockStatement',
  'EmptyStatement',
  'ExpressionStatement',
  'ReturnStatement',
  'VariableDeclaration',
  'VariableDeclarator',
  'IfStatement',
  'SwitchStatement',
  'SwitchCase',
  'BreakStatement',
  'ForOfStatement',
  'ForInStatement',
  'Identifier',
  'Literal',
  'TemplateLiteral',
  'TemplateElement',
  'ArrayExpression',
  'ArrayPattern',
  'ObjectExpression',
  'ObjectPattern',
  'Property',
  'SpreadElement',
  'RestElement',
  'AssignmentPattern',
  'AssignmentExpression',
  'BinaryExpression',
  'LogicalExpression',
  'UnaryExpression',
  'ConditionalExpression',
  'SequenceExpression',
  'CallExpression',
  'MemberExpression',
  'ChainExpression',
  'ParenthesizedExpression',
])

/** How people call what is refused. */
const words: Partial<Record<AnyNode['type'], string>> = {
  AwaitExpression: 'await',
  CatchClause: 'catch',
  ClassDeclaration: 'class',
  ClassExpression: 'class',
  ContinueStatement: 'continue',
  DoWhileStatement: 'do-while',
  ExportAllDeclaration: 'export *',
  ExportDefaultDeclaration: 'export default',
  ForStatement: 'for (initialization; condition; afterthought)',
  ImportExpression: 'import()',
  LabeledStatement: 'a label',
  NewExpression: 'new',
  TaggedTemplateExpression: 'a tagged template',
  ThisExpression: 'this',
  ThrowStatement: 'throw',
  TryStatement: 'try',
  WhileStatement: 'while',
  UpdateExpression: 'the operator ++ or --',
  YieldExpression: 'yield',
}

/** What is wrong with the node itself, if anything. */
export function syntaxProblem(node: AnyNode): string | undefined {
  const refused = refusedForm(node)
  return refused === undefined ? undefined : `${refused} is not supported by APPSYNC_JS`
}

function refusedForm(node: AnyNode): string | undefined {
  if (!allowed.has(node.type)) return words[node.type] ?? node.type
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      if (node.async) return 'async'
      return node.generator ? 'a generator' : undefined
    case 'Literal':
      if (node.regex) return 'a regular expression literal'
      return typeof node.value === 'bigint' ? 'a BigInt literal' : undefined
    case 'BinaryExpression':
      return ['in', 'instanceof'].includes(node.operator) ? `the operator ${node.operator}` : undefined
    case 'UnaryExpression':
      return node.operator === '~' ? 'the operator ~' : undefined
    case 'BreakStatement':
      return node.label ? 'a label' : undefined
    case 'ForOfStatement':
      return node.await ? 'for await' : undefined
    case 'Property':
      return 'kind' in node && node.kind !== 'init' ? `a ${node.kind}ter` : undefined
    default:
      return undefined
  }
}
