// The panel's page with many blocks at full rate: memory over many frames.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { page, panel, withPanelPage } from '../support/panel/page.ts';

withPanelPage();

describe('at full rate', () => {
  // 5,000 updates a frame. How long a frame takes is measured in test/bench/panel.bench.ts.
  test('with 200 blocks, 1,200 frames do not raise the memory in use', async t => {
    await panel.show({ blocks: 200, steps: 20_000, state: 'running' });
    // Until the page has asked for its curves there are no frames.
    await page.waitForFunction(() => window.host.received.some(message => 'look' in message));
    await page.evaluate(() => window.host.record(60, 5000));
    const cdp = await page.context().newCDPSession(page);
    const memory = async () => {
      await cdp.send('HeapProfiler.collectGarbage');
      const { usedSize, backingStorageSize } = await cdp.send('Runtime.getHeapUsage');
      return (usedSize + backingStorageSize) / 1e6;
    };
    const replay = (count: number) =>
      page.evaluate(async frames => {
        for (let i = 0; i < frames; i += 20) {
          window.host.replay(20);
          await new Promise(requestAnimationFrame);
        }
      }, count);
    await replay(240);
    const start = await memory();
    await replay(1200);
    const end = await memory();
    t.diagnostic(`${start.toFixed(1)} MB before, ${end.toFixed(1)} MB after`);
    assert.ok(end - start < 2, `${start} MB before, ${end} MB after`);
  });
});
