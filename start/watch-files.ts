import { readdirSync, statSync, watch, type FSWatcher } from 'node:fs'
import { join } from 'node:path/posix' // paths with /, as `names` are, on Windows too

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

  /** Answers the files in it. */
  function watchFolder(folder: string): string[] {
    const watcher = watch(join(root, folder), (event, name) => {
      if (name !== null) changed(join(folder, name), event)
    })
    watcher.on('error', () => forget(folder)) // it is gone
    watchers.set(folder, watcher)
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((each) => {
      const path = join(folder, each.name)
      if (!isNamed(path)) return []
      return each.isDirectory() ? watchAnew(path) : [path]
    })
  }

  function changed(path: string, event: 'rename' | 'change'): void {
    if (!isNamed(path)) return
    const found = statSync(join(root, path), { throwIfNoEntry: false })
    if (!found) forget(path)
    // What was written in a folder before it was watched, nobody else tells.
    else if (found.isDirectory() && event === 'rename') for (const file of watchAnew(path)) onChange(file)
    onChange(path)
  }

  /** Whoever bears the name now: another folder may have taken its place. It may be gone again, too. */
  function watchAnew(folder: string): string[] {
    forget(folder)
    try {
      return watchFolder(folder)
    } catch (error) {
      forget(folder)
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      return []
    }
  }

  function forget(path: string): void {
    for (const [folder, watcher] of watchers)
      if (folder === path || folder.startsWith(`${path}/`)) {
        watcher.close()
        watchers.delete(folder)
      }
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
