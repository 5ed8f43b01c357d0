import type { Reason } from './report.ts'

/** Why a grant is wider than the calls of the tests need: each names the narrower form that the service lacks. */
export const reasons: readonly Reason[] = []
