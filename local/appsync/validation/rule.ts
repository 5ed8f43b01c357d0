import type { ASTNode, ASTVisitor, ValidationContext } from 'graphql'

/**
 * Notes a violation: graphql-java's name of it, its description, and the nodes it is about. The names of the fields
 * around are added from where the traversal stands.
 */
export type Report = (type: string, description: string, nodes: ASTNode | readonly ASTNode[]) => void

export interface RuleContext {
  readonly graphql: ValidationContext
  readonly report: Report
  /** Whether the fields of `__Schema` and its like may be asked for. */
  readonly introspection: boolean
}

/** One or a few kindred rules of graphql-java's validation, whose messages AppSync answers with. */
export type Rule = (context: RuleContext) => ASTVisitor
