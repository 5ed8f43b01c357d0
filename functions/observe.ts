import { Logger } from '@aws-lambda-powertools/logger'

/** Structured logs. They may name an order by its id, never a person. */
export const logger = new Logger()
