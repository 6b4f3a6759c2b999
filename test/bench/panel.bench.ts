// The panel's two halves: what the host does for a frame, and what the page does with it (frames back to back:
// scripts, layout, painting without a graphics processor, and the way from the test to the browser).
import { History } from '../../extension/history.ts';
import type { RunView } from '../../extension/panel/panel.ts';
import { TraceFeed } from '../../extension/panel/traces.ts';
import { noFacts } from '../../solver/wire/facts.ts';
import { bench } from '../support/bench.ts';
import { blocks, drawn, metrics, rows } from '../support/panel/invented.ts';
import { openPanelPage, type PanelPage } from '../support/panel/page.ts';

for (const count of [10, 200]) {
  const info = { blocks: blocks(count), metrics };
  const history = new History();
  const view = { id: 'one', history, info, facts: noFacts } as unknown as RunView;
  const fill = () => {
    if (history.end > 0) return;
    history.begin(info);
    for (let k = 0; k < 1e6; k += 20_000) history.append(rows({ blocks: count }, k, 20_000));
  };
  const look = { fromK: 0, toK: null, metrics: drawn, columns: 512 };

  bench(`panel host, ${count} blocks: everything of 10⁶ updates`, () => {
    fill();
    const feed = new TraceFeed();
    feed.look(look);
    feed.next(view);
  });

  const following = new TraceFeed();
  const short = new History();
  const growing = { ...view, history: short } as RunView;
  bench(`panel host, ${count} blocks: 1,000 updates more`, () => {
    if (short.end === 0 || short.end > 500_000) short.begin(info);
    short.append(rows({ blocks: count }, short.end, 1000));
    following.next(growing);
  });
}

let opened: Promise<PanelPage> | null = null;
let idle: NodeJS.Timeout | undefined;

for (const count of [8, 24, 200]) {
  let ready: PanelPage | null = null;
  bench(`panel page, ${count} blocks: a frame of a run that goes on at full rate`, async () => {
    clearTimeout(idle);
    opened ??= openPanelPage({ width: 1280, height: 400 });
    const panel = await opened;
    if (ready !== panel) {
      await panel.show({ blocks: count, steps: count * 100, state: 'running' });
      await panel.page.waitForFunction(() => window.host.received.some(seen => 'look' in seen));
      await panel.page.evaluate(rate => window.host.record(100, rate), 5000);
    }
    ready = panel;
    await panel.page.evaluate(() => window.host.replay(1));
    // The browser would keep the process alive: it is closed when nothing is left to measure.
    idle = setTimeout(() => void panel.close(), 5000);
  });
}
