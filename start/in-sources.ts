/** What is wrong with an assembly, with the names of what is deployed replaced by those of the sources it was made of. */
export function inSources(trouble: string): string {
  return trouble
    .replace(/^Build failed with \d+ errors?:\n/, '')
    .replace(/^.*[\\/]asset\.\w+\.js: /, '')
    .replace(/^\w+\/\w*Schema\w*:(?=\d)/, 'schema.graphql:')
}
