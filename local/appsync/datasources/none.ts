import type { DataSource } from './dataSource.ts'
import { isMap } from './request.ts'

/** NONE: hands the payload on. */
export const none: DataSource = (request) => ({ result: (isMap(request) ? request.payload : null) ?? null })
