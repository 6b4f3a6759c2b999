import { join } from 'node:path';
import { root } from '../../scripts/lib/root.mjs';
import { Reader } from '../support/dap/reader.ts';
import { amount, seconds, soak } from '../support/soaking.ts';

/** Steps a second of a run at full speed, and the adapter's memory at its highest, by how its client reads. */
soak(async tell => {
  const slow = amount('SOAK_SLOW_SECONDS', 180);
  const never = amount('SOAK_NEVER_SECONDS', 60);
  for (const [name, bytesPerSecond, duration] of [
    ['reads 100 kB a second', 100_000, slow],
    ['never reads', 0, never],
  ] as const) {
    const reader = new Reader(join(root, 'dist/adapter.js'), bytesPerSecond);
    await seconds(Math.min(10, duration / 3));
    const early = reader.bytes();
    let highest = early;
    for (let passed = 10; passed < duration; passed += 2) {
      await seconds(2);
      highest = Math.max(highest, reader.bytes());
    }
    tell(`client that ${name}, ${duration} s: adapter’s memory after 10 s`, early / 1e6, 'MB');
    tell(
      `client that ${name}, ${duration} s: adapter’s memory at its highest`,
      highest / 1e6,
      'MB',
      1000,
    );
    const gaps = await reader.readsOn(200);
    tell(
      `client that ${name}: batches of rows that do not join on, of ${reader.batches}`,
      gaps,
      '',
      0,
    );
    const { k, lasted } = await reader.leave();
    tell(`client that ${name}: steps of the solver`, k / lasted, 'steps/s');
  }
});
