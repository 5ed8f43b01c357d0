import { existsSync, readdirSync, statSync, watch, type FSWatcher } from 'node:fs'
import { join } from 'node:path'

/**
 * Tells of every file below `root` that is written, made, moved or removed, by its path in there, as long as that is
 * one of `names` or in a folder of that name. Folder by folder: `recursive` of node:fs looks at files, and loses one
 * that an editor replaces.
 */
export function watchFiles(
  root: string,
  names: readonly string[],
  onChange: (file: string) => void,
): { close(): void } {
  const watchers = new Map<string, FSWatcher>()

  function watchFolder(folder: string): void {
    if (watchers.has(folder)) return
    const watcher = watch(join(root, folder), (_, name) => {
      if (name !== null) changed(join(folder, name))
    })
    watcher.on('error', () => forget(folder)) // it is gone
    watchers.set(folder, watcher)
    for (const each of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, each.name)
      if (each.isDirectory() && isNamed(path)) watchFolder(path)
    }
  }

  function changed(path: string): void {
    if (!isNamed(path)) return
    if (!existsSync(join(root, path))) forget(path)
    else if (statSync(join(root, path)).isDirectory()) watchFolder(path)
    onChange(path)
  }

  function forget(folder: string): void {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }

  const isNamed = (path: string): boolean =>
    names.some((name) => path === name || path.startsWith(`${name}/`))

  watchFolder('')
  return {
    close() {
      for (const watcher of watchers.values()) watcher.close()
    },
  }
}
