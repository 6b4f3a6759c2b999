import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { moduleOf } from '../../../support/child.ts';
import { launched, thread, top, value } from '../../../support/dap/stdio.ts';

const launch = (problem: string) => ({ problem, stopOnEntry: true });

describe('a problem module', () => {
  test('shows the block that moves next at its declaration, and stops there', async () => {
    const path = moduleOf('plain', {});
    const client = await launched(launch(path));
    const place = async () => {
      const [{ source, line }] = (await client.request('stackTrace', thread)).stackFrames;
      return [source.path ?? source.sourceReference, line];
    };
    assert.deepEqual(await place(), [path, 5]);
    await client.move('next');
    assert.deepEqual(await place(), [path, 6]);
    const { breakpoints } = await client.request('setBreakpoints', {
      source: { path },
      breakpoints: [{ line: 6 }, { line: 12 }],
    });
    assert.deepEqual(
      breakpoints.map((b: { verified: boolean }) => b.verified),
      [true, false],
    );
    const stop = await client.move('continue');
    assert.deepEqual([stop.reason, await value(client, 'block')], ['breakpoint', 'offset']);
    await client.move('stepIn');
    assert.equal((await place())[0], 1);
  });

  test('that throws stops the run at that step, with the user’s own stack', async () => {
    const path = moduleOf('thrower', { later: 'throw new RangeError("too steep");' });
    const client = await launched(launch(path));
    const stop = await client.move('continue');
    assert.equal(stop.reason, 'exception');
    const info = await client.request('exceptionInfo', thread);
    assert.equal(info.exceptionId, 'userError');
    assert.match(info.description, /too steep/);
    assert.match(info.details.stackTrace, /thrower\.ts:10/);
    assert.match(await top(client), /slope$/);
  });

  test('that does not return is paused all the same, and can be ended; breakpoints stay set', async () => {
    const path = moduleOf('hanger', { later: 'for (;;);' });
    const client = await launched(launch(path), c =>
      c.request('setFunctionBreakpoints', {
        breakpoints: [{ name: 'offset', condition: 'k == 5' }],
      }),
    );
    assert.equal((await client.move('continue')).reason, 'function breakpoint');
    await client.request('continue', thread);
    await client.event('output', 0, body => /has not returned/.test(body.output));
    const stop = await client.move('pause');
    assert.match(stop.text ?? '', /slope/);
    const after = client.messages.length;
    await client.request('blockstep/interrupt');
    await client.event('stopped', after);
    // The last step whose measurement came to its end.
    assert.equal(await value(client, 'k'), '7');
    await client.move('blockstep/goToStep', { k: 0 });
    assert.equal((await client.move('continue')).reason, 'function breakpoint');
    assert.equal(await value(client, 'k'), '5');
    await client.move('next');
  });
});
