import { functions } from './functions.ts'
import { mathError, type Expression } from './parse.ts'
import { combine, seriesList, type Scope, type Value } from './values.ts'

const operators: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<': (left, right) => Number(left < right),
  '<=': (left, right) => Number(left <= right),
  '>': (left, right) => Number(left > right),
  '>=': (left, right) => Number(left >= right),
  '&&': (left, right) => Number(left !== 0 && right !== 0),
  '||': (left, right) => Number(left !== 0 || right !== 0),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
}

export function evaluate(expression: Expression, names: Omit<Scope, 'evaluate'>): Value {
  const scope: Scope = { ...names, evaluate: (inner) => evaluate(inner, names) }
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'id':
      return scope.find(expression.id)
    case 'negate':
      return combine(0, scope.evaluate(expression.of), (left, right) => left - right)
    case 'list':
      return expression.items.flatMap((item) => seriesList(scope.evaluate(item)))
    case 'binary': {
      const operator = operators[expression.operator]
      if (!operator) throw mathError(`Unknown operator ${expression.operator}`)
      return combine(scope.evaluate(expression.left), scope.evaluate(expression.right), operator)
    }
    case 'call': {
      const call = Object.hasOwn(functions, expression.name) ? functions[expression.name] : undefined
      if (!call) throw mathError(`The function ${expression.name} is not supported by the local CloudWatch`)
      return call(expression.args, scope)
    }
    case 'text':
      throw mathError(`A text cannot stand here: "${expression.value}"`)
  }
}
