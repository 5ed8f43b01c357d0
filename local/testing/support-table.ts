import { unsupportedTypes } from '../appsync/resourceTypes.ts'
import type { Service } from '../aws/service.ts'
import { noLocalEffect } from '../template/no-local-effect.ts'

/** Types that a service knows only to refuse them with a reason. */
const refused = [...Object.keys(unsupportedTypes), 'AWS::StepFunctions::Activity']

/** What the services run and answer, as Markdown; a service's folder has the same actions as its files. */
export function supportTable(services: readonly Service[]): string {
  const own = new Set(services.flatMap(({ resourceTypes }) => Object.keys(resourceTypes)))
  const rows = services.map(({ name, actions, resourceTypes }) => {
    const types = Object.keys(resourceTypes).filter((type) => !refused.includes(type))
    return [name, codes(types), codes(Object.keys(actions))]
  })
  const without = Object.entries(noLocalEffect)
    .filter(([type]) => !own.has(type))
    .map(([type, { reason }]) => `- \`${type}\`: ${reason}`)
  return [
    '| service (as requests are signed) | resource types | API actions |\n| --- | --- | --- |',
    rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    '\nIn a template without effect here:\n',
    without.sort().join('\n'),
    `\nKnown and refused with a reason: ${codes(refused)}. Any other type is refused by its name.`,
  ].join('\n')
}

function codes(names: readonly string[]): string {
  return [...names]
    .sort()
    .map((name) => `\`${name}\``)
    .join(', ')
}
