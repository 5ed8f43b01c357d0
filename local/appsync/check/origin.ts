import { SourceMap, type SourceMapPayload } from 'node:module'

interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Maps a place in the code (line and column from 1) to where a person wrote it. */
export type Origin = (line: number, column: number) => Position

/** The comment in which a bundle carries its source map. */
export const inlineMap =
  /^\/\/# sourceMappingURL=data:application\/json(?:;charset=[^;,]+)?;base64,([A-Za-z0-9+/=]+)\s*$/m

/** Reads the source map that esbuild's `--sourcemap=inline` leaves; without one, places stay as they are. */
export function originOf(code: { name: string; source: string }): Origin {
  const encoded = inlineMap.exec(code.source)?.[1]
  if (encoded === undefined) return (line, column) => ({ file: code.name, line, column })
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString()) as SourceMapPayload)
  return (line, column) => {
    const found = map.findEntry(line - 1, column - 1)
    if (!('originalSource' in found)) return { file: code.name, line, column }
    return {
      file: found.originalSource.replace(/^(\.\.?\/)+/, ''),
      line: found.originalLine + 1,
      column: found.originalColumn + 1,
    }
  }
}
