// A trace on disk: what was written is what is read, wherever the file ends and whatever damage was done to it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { isRefusal } from '../../../solver/core/part.ts';
import { openTrace } from '../../../solver/trace/reader.ts';
import { readRecording } from '../../../solver/trace/recording.ts';
import { TraceWriter } from '../../../solver/trace/writer.ts';
import { cli } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/machine.ts';
import { header, read, type Step, write, written } from './written.ts';

const folder = temporaryFolder();

describe('a trace', () => {
  test('is read back as it was written, with every bit of NaN, −0 and ∞, and edits and findings in their places', () => {
    const path = join(folder, 'round.arrow');
    fc.assert(
      fc.property(written, all => {
        const whole = write(path, all);
        const back = read(path);
        assert.ok(!isRefusal(back));
        assert.deepEqual(back.header, header);
        assert.deepEqual(back.told, whole.at(-1)?.told);
        assert.equal(back.ended, true);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  test('keeps an edit’s −0 and a row beyond the first batch of 8,192', () => {
    const path = join(folder, 'long.arrow');
    const steps = Array.from(
      { length: 9000 },
      (_, i): Step => ({
        blocks: i % 7 === 0 ? [0, 1, 2] : [i % 3],
        values: [Math.sin(i), -i],
        gap: i % 3 === 0 ? i : null,
      }),
    );
    const whole = write(path, [
      { kind: 'edit', back: 0, value: -0 },
      { kind: 'steps', steps },
    ]);
    const back = read(path);
    assert.ok(!isRefusal(back));
    assert.deepEqual(back.told, whole.at(-1)?.told);
    const trace = openTrace(path);
    assert.ok(!isRefusal(trace));
    const [first] = trace.entries();
    trace.close();
    assert.ok(
      first?.kind === 'edit' && first.edit.kind === 'value' && Object.is(first.edit.value, -0),
    );
  });

  test('has the metrics of a sweep in the last row of its last step, and null in every other row', () => {
    const path = join(folder, 'sweeps.arrow');
    const step = (gap: number | null): Step => ({ blocks: [2, 0, 1], values: [1, 2], gap });
    write(path, [{ kind: 'steps', steps: [step(null), step(5), step(Number.NaN)] }]);
    const gap = tableFromIPC(readFileSync(path)).getChild('gap');
    const absent = [null, null, null];
    assert.deepEqual([...(gap ?? [])], [...absent, null, null, 5, null, null, Number.NaN]);
  });

  test('that is truncated at any byte opens up to its last whole batch, or is refused in one sentence', () => {
    const path = join(folder, 'cut.arrow');
    const cut = join(folder, 'cut-short.arrow');
    const step = (value: number): Step => ({ blocks: [0], values: [value, 1], gap: value });
    const whole = write(path, [
      { kind: 'steps', steps: [step(1), step(2)] },
      { kind: 'flush' },
      { kind: 'edit', back: 1, value: 3 },
      { kind: 'finding', text: 'it stalls' },
      { kind: 'flush' },
      { kind: 'steps', steps: [step(Number.NaN)] },
      { kind: 'flush' },
    ]);
    const bytes = readFileSync(path);
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(cut, bytes.subarray(0, length));
      const back = read(cut);
      const upTo = whole.findLast(one => one.bytes <= length);
      if (isRefusal(back)) {
        assert.equal(upTo, undefined, `${length} bytes hold a whole head`);
        assert.match(back.refusal, /^trace: ".*" (is|ends|has) .*; accepted: .*$/);
      } else {
        assert.deepEqual([back.told, back.ended], [upTo?.told, false], `cut at ${length}`);
      }
    }
  });

  test('with any byte of its values changed still opens, and only values differ', () => {
    const path = join(folder, 'changed.arrow');
    const step: Step = { blocks: [0], values: [1.25, 1], gap: 1 };
    const whole = write(path, [
      { kind: 'steps', steps: [step, step] },
      { kind: 'flush' },
      { kind: 'finding', text: 'x' },
    ]);
    const bytes = readFileSync(path);
    // The first value of the metrics: after them lie the lengths of what follows.
    const at = bytes.indexOf(Buffer.from(Float64Array.of(1.25).buffer));
    fc.assert(
      fc.property(fc.nat({ max: 7 }), fc.integer({ min: 1, max: 255 }), (byte, by) => {
        const changed = Buffer.from(bytes);
        changed[at + byte] = (changed[at + byte] as number) ^ by;
        writeFileSync(path, changed);
        const back = read(path);
        assert.ok(!isRefusal(back));
        assert.equal(back.told.length, 3);
        assert.notDeepEqual(back.told, whole.at(-1)?.told);
      }),
      { numRuns: 60, seed: 2 },
    );
  });
});

describe('a file that is not a trace', () => {
  for (const [what, content] of [
    ['an empty file', ''],
    ['a text', 'k,block\n1,bmi\n'.repeat(100)],
    ['zeros', '\0'.repeat(4096)],
    [
      'a message of 2 GB that is not there',
      Buffer.from([255, 255, 255, 255, 248, 255, 255, 127, 0]),
    ],
  ] as const) {
    test(`is refused in one sentence: ${what}`, () => {
      const path = join(folder, 'none.arrow');
      writeFileSync(path, content);
      const back = openTrace(path);
      assert.ok(isRefusal(back));
      assert.match(back.refusal, /is not an Arrow stream.*; accepted: an Arrow stream/);
    });
  }

  test('a folder and a path that does not exist are refused as such', () => {
    for (const [path, why] of [
      [folder, /is not a regular file/],
      [join(folder, 'nothing.arrow'), /cannot be read \(ENOENT\)/],
    ] as const) {
      const back = openTrace(path);
      assert.ok(isRefusal(back));
      assert.match(back.refusal, why);
    }
  });
});

describe('a path for a trace', () => {
  test('in a folder that does not exist creates it, and an old file is replaced', () => {
    const path = join(folder, 'deep', 'er', 'run.arrow');
    for (const steps of [3, 1]) {
      write(path, [
        { kind: 'steps', steps: Array(steps).fill({ blocks: [0], values: [1, 2], gap: null }) },
      ]);
      const back = read(path);
      assert.ok(!isRefusal(back));
      assert.equal(back.told.length, steps);
    }
  });

  test('that cannot be written is refused in one sentence', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const path of [folder, join(file, 'run.arrow')]) {
      const writer = TraceWriter.open(path, header);
      assert.ok(isRefusal(writer));
      assert.match(
        writer.refusal,
        /^trace: ".*" cannot be written \(E\w+\); accepted: the path of a file/,
      );
    }
  });
});

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

  test('opens or is refused in one sentence, using no more memory than the size of the file, wherever they are', () => {
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

  test('in the number of its fields is refused by the command line at once', () => {
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
