import { AwsError } from '../aws/error.ts'

/** What a receipt handle stands for: the message, and which receive of it. */
export interface Receipt {
  readonly queue: string
  /** Row of the message in the store. */
  readonly row: number
  /** Tells this receive from other receives of the same message. */
  readonly receive: string
}

export function receiptHandle(receipt: Receipt): string {
  return Buffer.from(`${receipt.queue}:${receipt.row}:${receipt.receive}`).toString('base64')
}

/** Throws ReceiptHandleIsInvalid for what never was one of this queue's handles. */
export function receiptOf(handle: string, queue: string): Receipt {
  const [owner, row, receive, ...more] = Buffer.from(handle, 'base64').toString().split(':')
  if (!owner || !row || !receive || more.length > 0 || !/^\d{1,15}$/.test(row))
    throw invalid(`The input receipt handle "${handle}" is not a valid receipt handle.`)
  if (owner !== queue) throw invalid(`The receipt handle "${handle}" is not valid for this queue.`)
  return { queue, row: Number(row), receive }
}

function invalid(message: string): AwsError {
  return new AwsError('ReceiptHandleIsInvalid', message, { status: 404 })
}
