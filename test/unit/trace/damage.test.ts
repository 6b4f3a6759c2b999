// What damage does to a trace: it is seen, and costs nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isRefusal } from '../../../solver/core/part.ts';
import { readRecording } from '../../../solver/trace/recording.ts';
import { cli } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/machine.ts';
import type { Step } from '../../support/traces.ts';
import { write } from './written.ts';

const folder = temporaryFolder();

describe('a trace with four damaged bytes', () => {
  const path = join(folder, 'sound.arrow');
  const damaged = join(folder, 'damaged.arrow');
  const step = (value: number): Step => ({ blocks: [0], values: [value, 1], gap: value });
  write(path, [
    { kind: 'steps', steps: [step(1), step(2)] },
    { kind: 'edit', back: 1, value: 3 },
    { kind: 'flush' },
    { kind: 'steps', steps: [step(Number.NaN)] },
    { kind: 'finding', text: 'it stalls' },
  ]);
  const bytes = readFileSync(path);
  const largest = bytes.length;
  const damage = (at: number, value: number) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt32LE(value, at);
    writeFileSync(damaged, copy);
  };

  test('opens or is refused in one sentence, with no more memory than the file has, wherever they are', () => {
    const values = [0, 1, 0x10, 0x1000, 0x7_ff_ff_ff, 0x7f_ff_ff_ff, 0xff_ff_ff_ff];
    let refused = 0;
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      // Of the text of the metadata one damage is as good as another.
      const isText = bytes.subarray(at, at + 4).every(byte => byte >= 0x20);
      for (const value of isText ? values.slice(0, 1) : values) {
        damage(at, value);
        const before = process.memoryUsage();
        const back = readRecording(damaged);
        const { arrayBuffers, heapUsed } = process.memoryUsage();
        const grown = arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed;
        assert.ok(grown < 4_000_000 + 20 * largest, `${grown} bytes for ${value} at ${at}`);
        if (!isRefusal(back)) continue;
        refused++;
        assert.match(back.refusal, /^trace: "[^"]*" .+; accepted: [^\n]+$/);
      }
    }
    assert.ok(refused > 100, `${refused} were refused`);
  });

  test('of the number of its fields is refused by the command line at once', () => {
    // The vector of fields is as long as there are columns.
    const count = 4 + 2 + 3;
    let seen = 0;
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      if (bytes.readUInt32LE(at) !== count) continue;
      damage(at, 0x7_ff_ff_ff);
      const words = ['--max-old-space-size=100', cli, 'replay', damaged];
      const { status, stderr } = spawnSync(process.execPath, words, {
        encoding: 'utf8',
        timeout: 20_000,
      });
      assert.equal(status, 2, stderr.slice(0, 300));
      assert.match(stderr, /^[^\n]+\n$/);
      if (/ is not an Arrow stream, or ends in its head; accepted: /.test(stderr)) seen++;
    }
    assert.ok(seen > 0);
  });
});
