import { readFileSync } from 'node:fs';

/** Memory that a process holds, in bytes (Linux). */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

/** What this says once it says no more, or after ten seconds. */
export async function settledAt(says: () => boolean): Promise<boolean> {
  for (const end = Date.now() + 10_000; says() && Date.now() < end; ) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  return says();
}
