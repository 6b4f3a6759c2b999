// A small test runner for test/host: its tests run inside the extension host, where node:test has no process of its own.
import { writeFileSync } from 'node:fs';

interface HostTest {
  readonly title: string;
  readonly body: () => void | Promise<void>;
  readonly timeout: number;
}

const tests: HostTest[] = [];

/** Registers a test. Tests run one after the other, in the order of their files and lines. */
export function test(title: string, body: HostTest['body'], { timeout = 60_000 } = {}): void {
  tests.push({ title, body, timeout });
}

/** Runs what was registered and leaves lines and counts for `npm run host`. VS Code calls this. */
export async function run(): Promise<void> {
  const lines: string[] = [];
  let failed = 0;
  for (const { title, body, timeout } of tests) {
    const start = performance.now();
    const error = await outcome(body, timeout);
    const ms = Math.round(performance.now() - start);
    if (error !== undefined) failed++;
    lines.push(error === undefined ? `✔ ${title} (${ms} ms)` : `✖ ${title} (${ms} ms)\n${error}`);
    report(lines, lines.length - failed, failed, false);
  }
  report(lines, tests.length - failed, failed, true);
}

/** Undefined for a test that passed, else the error with its stack. */
async function outcome(body: HostTest['body'], timeout: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The test took longer than ${timeout} ms.`)),
      timeout,
    );
  });
  try {
    await Promise.race([Promise.resolve().then(body), late]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Written after every test, so that a host that dies still shows how far it came. */
function report(lines: readonly string[], passed: number, failed: number, ended: boolean): void {
  const file = process.env['BLOCKSTEP_HOST_REPORT'];
  if (file !== undefined) writeFileSync(file, JSON.stringify({ lines, passed, failed, ended }));
}
