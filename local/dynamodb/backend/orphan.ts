import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds a process may take to vanish once it was killed. */
const patience = 5_000

/** Writes down which process serves the database, for the next start to find if this one dies hard. */
export function recordChild(pidFile: string, pid: number): void {
  writeFileSync(pidFile, String(pid))
}

export function forgetChild(pidFile: string): void {
  rmSync(pidFile, { force: true })
}

/** Ends the recorded process if it still lives and serves `dbPath`: an id may belong to another program by now. */
export async function endLeftOver(pidFile: string, dbPath: string): Promise<void> {
  const pid = readPid(pidFile)
  if (pid === undefined) return
  const deadline = Date.now() + patience
  while (commandLine(pid).includes(dbPath)) {
    if (Date.now() > deadline) throw new Error(`Process ${pid} still holds ${dbPath} and cannot be ended.`)
    process.kill(pid, 'SIGKILL')
    await delay(10)
  }
  forgetChild(pidFile)
}

/**
 * Kills `pid` as soon as this process is gone, however it died: the shell waits for the end of its input, a pipe
 * that only this process holds open. The answer calls it off.
 */
export function dieWithUs(pid: number): () => void {
  const watchdog = spawn('/bin/sh', ['-c', 'cat >/dev/null; kill -9 "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watchdog.on('error', () => undefined)
  watchdog.unref()
  // The socket behind the pipe must not keep this process alive either.
  const { stdin } = watchdog as unknown as { stdin: { unref?: () => void } }
  stdin.unref?.()
  return () => {
    if (watchdog.pid !== undefined) killGroup(watchdog.pid)
  }
}

/** The shell and its `cat`, which share a process group of their own. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
}

function readPid(pidFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'))
    return Number.isInteger(pid) && pid > 1 ? pid : undefined
  } catch {
    return undefined
  }
}

/** Empty when there is no such process. */
function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}
