import type { CloudContext } from '../../aws/context.ts'
import type { Action } from '../../aws/service.ts'
import type { Functions } from '../functions.ts'
import { functionArn, parseFunctionName } from '../name.ts'
import { onFunction, shown } from './functions.ts'

export function listVersionsByFunction(context: CloudContext, functions: Functions): Action {
  return {
    permissions: (input) => onFunction(context, 'ListVersionsByFunction', input),
    run(input) {
      const { name } = parseFunctionName(input.FunctionName)
      const { configuration } = functions.resolve({ name })
      const versions = ['$LATEST', ...functions.versions(name)]
      return { Versions: versions.map((version) => shown({ configuration, version })) }
    },
  }
}

export function listAliases(context: CloudContext, functions: Functions): Action {
  return {
    permissions: (input) => onFunction(context, 'ListAliases', input),
    run(input) {
      const { name } = parseFunctionName(input.FunctionName)
      functions.resolve({ name })
      const aliases = functions.aliases(name).map((alias) => ({
        AliasArn: functionArn(context.place, { name, qualifier: alias.name }),
        Name: alias.name,
        FunctionVersion: alias.version,
        Description: alias.description,
      }))
      return { Aliases: aliases }
    },
  }
}
