import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Two free ports for processes that give them up and take them again: below those that systems hand out by themselves
 * (from 32768 on Linux), so that nobody gets one in between.
 */
export async function freePorts(): Promise<[number, number]> {
  const from = 15_000 + (process.pid % 8_000) * 2
  for (let port = from; port < 32_000; port += 2) {
    if ((await isFree(port)) && (await isFree(port + 1))) return [port, port + 1]
  }
  throw new Error(`No two free ports from ${from} on`)
}

export async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const free = once(server.listen(port, '127.0.0.1'), 'listening').then(
    () => true,
    () => false,
  )
  const answer = await free
  if (answer) await once(server.close(), 'close')
  return answer
}
