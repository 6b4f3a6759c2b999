// Entry of the panel's page. Knows the host only through messages.
import './ui/style.css';
import type { Look } from '../solver/wire/panel.ts';
import { Actions } from './actions.ts';
import { Bridge } from './bridge.ts';
import { registerCharts } from './charts/plugins.ts';
import { Store } from './store.ts';
import { el, registerToolkit } from './ui/elements.ts';
import { Hover } from './ui/hover.ts';
import { onThemeChange, readTheme } from './ui/theme.ts';
import { charts } from './views/charts/charts.ts';
import { Picker } from './views/picker.ts';
import { empty, notice, starting } from './views/states.ts';
import { Ranking } from './views/table/ranking.ts';
import { RowMenu } from './views/table/row-menu.ts';
import { table } from './views/table/table.ts';
import { timeline } from './views/timeline.ts';
import { toolbar } from './views/toolbar-and-status.ts';

registerToolkit();
registerCharts();

const bridge = new Bridge(message => {
  if (message.kind === 'values') {
    actions.values(message.values);
    return;
  }
  store.take(message);
  // Only a frame that is on the screen asks for the next one.
  store.afterDraw(() => bridge.send({ kind: 'drawn', seq: message.seq }));
});
const store = new Store(bridge.state, prefs => bridge.save(prefs));
const actions = new Actions(bridge, store, sentence => notices.refuse(sentence));
const notices = notice(store, actions);
const hover = new Hover();
const menu = new RowMenu(store, actions);
const ranking = new Ranking(store);

const run = el(
  'div',
  { class: 'run' },
  charts(store, ranking, hover, actions),
  table(store, ranking, hover, menu, actions),
);
const picker = new Picker(store);
const time = timeline(store, actions);
document.body.append(
  toolbar(store, actions, picker),
  el('main', {}, time, notices.element, run, starting(store), empty(store, actions)),
  menu.element,
  picker.element,
  hover.element,
);

store.onDraw(['run'], () => {
  const shown = store.loaded !== null;
  run.hidden = !shown;
  time.hidden = !shown;
});

/** Buckets that the charts have room for: a pixel of the screen each, in steps that a resize seldom crosses. */
function look(): Look {
  const width = document.querySelector('canvas')?.clientWidth ?? 0;
  const pixels = Math.ceil((width * devicePixelRatio) / 128) * 128;
  return { ...store.window, metrics: store.drawn, columns: Math.max(256, Math.min(1024, pixels)) };
}
let asked = JSON.stringify(look());
store.onDraw(['run', 'prefs', 'size'], () => {
  const now = look();
  if (JSON.stringify(now) === asked) return;
  asked = JSON.stringify(now);
  bridge.send({ kind: 'look', look: now });
});
onThemeChange(() => {
  store.theme = readTheme();
  store.change('theme');
});
addEventListener('resize', () => store.change('size'));
store.change('run', 'recent');
bridge.send({ kind: 'ready', look: look() });
