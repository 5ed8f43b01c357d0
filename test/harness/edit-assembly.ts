import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Template } from '../synthesized.ts'

/** A new folder, in memory where the machine offers that. */
export function newFolder(name: string): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), name))
}

/** An assembly like another but for its template; the caller removes its folder. */
export function editAssembly(assembly: string, edit: (template: Template) => void): string {
  const copy = newFolder('assembly-')
  for (const file of readdirSync(assembly)) symlinkSync(join(assembly, file), join(copy, file))
  const file = 'OrderSystem.template.json'
  const template = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as Template
  edit(template)
  rmSync(join(copy, file))
  writeFileSync(join(copy, file), JSON.stringify(template))
  return copy
}
