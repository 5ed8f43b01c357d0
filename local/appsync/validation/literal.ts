import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  isScalarType,
  Kind,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type ObjectValueNode,
  type ValueNode,
} from 'graphql'
import { CoercionError, scalars } from '../schema/scalars.ts'

/** What about a literal is wrong, and where in it: `.field` and `[index]` steps below the argument. */
interface Wrong {
  readonly steps: string
  readonly node: ValueNode
  readonly why: string
}

/** The description of a WrongType error, or undefined when the literal fits. Variables always fit here. */
export function wrongLiteral(argument: string, value: ValueNode, type: GraphQLInputType): string | undefined {
  const wrong = find(value, type)
  if (!wrong) return undefined
  // graphql-java names the whole argument unless a scalar, an enum value or a null inside is what is wrong.
  return `argument '${argument}${wrong.steps}' with value '${javaNode(wrong.why.startsWith('is not a valid') || wrong.why === 'must not be null' ? wrong.node : value)}' ${wrong.why}`
}

function find(value: ValueNode, type: GraphQLInputType): Wrong | undefined {
  const wrong = (why: string): Wrong => ({ steps: '', node: value, why })
  if (value.kind === Kind.VARIABLE) return undefined
  if (isNonNullType(type))
    return value.kind === Kind.NULL ? wrong('must not be null') : find(value, type.ofType)
  if (value.kind === Kind.NULL) return undefined
  if (isListType(type)) return findInList(value, type.ofType)
  if (isInputObjectType(type))
    return value.kind === Kind.OBJECT ? findInObject(value, type) : wrong('must be an object type')
  if (isEnumType(type))
    return value.kind === Kind.ENUM && type.getValue(value.value)
      ? undefined
      : wrong(`is not a valid '${type.name}'`)
  return isScalarType(type) && !fitsScalar(value, type.name)
    ? wrong(`is not a valid '${type.name}'`)
    : undefined
}

function fitsScalar(value: ValueNode, scalar: string): boolean {
  try {
    scalars[scalar]?.parseLiteral(value)
    return true
  } catch (error) {
    if (error instanceof CoercionError) return false
    throw error
  }
}

function findInList(value: ValueNode, type: GraphQLInputType): Wrong | undefined {
  if (value.kind !== Kind.LIST) return find(value, type)
  for (const [index, each] of value.values.entries()) {
    const wrong = find(each, type)
    if (wrong) return { ...wrong, steps: `[${index}]${wrong.steps}` }
  }
  return undefined
}

function findInObject(value: ObjectValueNode, type: GraphQLInputObjectType): Wrong | undefined {
  const fields = type.getFields()
  const given = new Map(value.fields.map((field) => [field.name.value, field.value]))
  const missing = Object.values(fields).filter(
    (field) => isRequiredInputField(field) && !given.has(field.name),
  )
  if (missing.length > 0)
    return {
      steps: '',
      node: value,
      why: `is missing required fields '[${missing.map((field) => field.name).join(', ')}]'`,
    }
  for (const [name, each] of given) {
    const field = fields[name]
    if (!field) return { steps: '', node: value, why: `contains a field not in '${type.name}': '${name}'` }
    const wrong = find(each, field.type)
    if (wrong) return { ...wrong, steps: `.${name}${wrong.steps}` }
  }
  return undefined
}

/** A literal as graphql-java's nodes print themselves. */
export function javaNode(node: ValueNode): string {
  switch (node.kind) {
    case Kind.NULL:
      return 'NullValue{}'
    case Kind.LIST:
      return `ArrayValue{values=[${node.values.map(javaNode).join(', ')}]}`
    case Kind.OBJECT: {
      const fields = node.fields.map(
        (field) => `ObjectField{name='${field.name.value}', value=${javaNode(field.value)}}`,
      )
      return `ObjectValue{objectFields=[${fields.join(', ')}]}`
    }
    case Kind.ENUM:
      return `EnumValue{name='${node.value}'}`
    case Kind.VARIABLE:
      return `VariableReference{name='${node.name.value}'}`
    case Kind.STRING:
      return `StringValue{value='${node.value}'}`
    case Kind.INT:
      return `IntValue{value=${node.value}}`
    case Kind.FLOAT:
      return `FloatValue{value=${node.value}}`
    case Kind.BOOLEAN:
      return `BooleanValue{value=${String(node.value)}}`
  }
}
