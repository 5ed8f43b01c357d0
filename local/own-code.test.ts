import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundleOwn } from './own-code.ts'

test.each(['plain', 'my ünder# %20', 'a * b', '[a] {b} (c)'])(
  'bundles code of the local cloud in a folder called "%s"',
  async (name) => {
    const parent = mkdtempSync(join(tmpdir(), 'own-code-'))
    const folder = join(parent, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'main.ts'), "import { two } from './two.ts'\nconsole.log(two)\n")
    writeFileSync(join(folder, 'two.ts'), 'export const two: number = 1 + 1\n')
    const code = await bundleOwn(join(folder, 'main.ts'), { format: 'esm' })
    rmSync(parent, { recursive: true })
    expect(code).toMatch(/two = 1 \+ 1[^]*console\.log\(two\)/)
  },
)
