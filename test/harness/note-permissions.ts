import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cloud } from '../../local/cloud.ts'
import type { Noted } from '../permissions/report.ts'

/** Leaves in the folder PERMISSIONS, when there is one, what the roles were granted and which grants calls needed. */
export function notePermissions({ iam }: Cloud): void {
  const folder = process.env.PERMISSIONS
  if (folder === undefined) return
  const noted: Noted = { granted: iam.granted(), uses: iam.decisions() }
  writeFileSync(join(folder, `${randomUUID()}.json`), JSON.stringify(noted))
}
