// What a test needs of the machine: temporary folders, and processes seen from outside.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** A new folder, removed when this process ends. */
export function temporaryFolder(): string {
  if (folders.length === 0)
    process.once('exit', () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    });
  const folder = mkdtempSync(join(tmpdir(), 'blockstep-'));
  folders.push(folder);
  return folder;
}

/** The resident memory of a process in bytes, at its highest so far and now (Linux). */
export interface Resident {
  readonly peak: number;
  readonly now: number;
}

export function resident(pid: number): Resident {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
  return { peak: bytes('VmHWM'), now: bytes('VmRSS') };
}

/** Resolves when the process is gone; there is no event for a process that is not a child. */
export async function gone(pid: number): Promise<void> {
  for (const end = Date.now() + 10_000; isAlive(pid) && Date.now() < end; ) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  assert.equal(isAlive(pid), false, `the process ${pid} lives on`);
}

/** Whether the process is alive; a zombie that was not waited for yet is not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    // Without /proc only the signal can tell.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync('/proc');
  }
}
