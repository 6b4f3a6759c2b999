import type { Actions } from '../../actions.ts';
import type { Store } from '../../store.ts';
import type { ChartCanvas } from './chart.ts';

/** The pointer looks at a step and lifts the curve it is near; a click goes there. */
export function listen(
  canvas: ChartCanvas,
  plot: HTMLElement,
  store: Store,
  actions: Actions,
): void {
  let down: { x: number; y: number } | null = null;
  plot.addEventListener('pointermove', event => {
    const box = canvas.canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const { left, right } = canvas.area;
    if (x < left - 4 || x > right + 4) {
      actions.point(null);
      return;
    }
    actions.point(canvas.stepAt(x));
    actions.lift(canvas.blockAt(x, event.clientY - box.top));
  });
  plot.addEventListener('pointerleave', () => {
    actions.point(null);
    actions.lift(-1);
  });
  plot.addEventListener('pointerdown', event => {
    down = { x: event.clientX, y: event.clientY };
  });
  plot.addEventListener('click', event => {
    const moved = down === null || Math.abs(event.clientX - down.x) > 4;
    if (moved || event.shiftKey) return;
    const x = event.clientX - canvas.canvas.getBoundingClientRect().left;
    if (x >= canvas.area.left) actions.goTo(canvas.stepAt(x));
  });
  canvas.canvas.addEventListener('keydown', event => {
    if (!onKey(event.key, canvas, store, actions)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.canvas.addEventListener('blur', () => actions.point(null));
}

/** Arrows look at another step, Enter goes there; + and − show more or less of the run, 0 all of it. */
function onKey(key: string, canvas: ChartCanvas, store: Store, actions: Actions): boolean {
  const { status, window } = store;
  const k = store.pointer?.k ?? status.k;
  const { left, right } = canvas.area;
  const from = canvas.stepAt(left);
  const to = canvas.stepAt(right);
  const move = (pixels: number) => {
    const step = canvas.stepAt(canvas.pixelOf(k) + pixels);
    const next = step === k ? k + Math.sign(pixels) : step;
    actions.point(Math.max(0, Math.min(status.end, next)));
  };
  const zoom = (factor: number) => {
    const half = Math.max(4, ((to - from) * factor) / 2);
    const start = Math.max(0, Math.round(k - half));
    actions.zoom(start, Math.min(status.end, Math.round(start + 2 * half)));
  };
  switch (key) {
    case 'ArrowLeft':
      move(-1);
      return true;
    case 'ArrowRight':
      move(1);
      return true;
    case 'Enter':
      actions.goTo(k);
      return true;
    case '+':
    case '=':
      zoom(0.5);
      return true;
    case '-':
      if (window.toK !== null && to - from < status.end * 0.5) zoom(2);
      else actions.resetZoom();
      return true;
    case '0':
      actions.resetZoom();
      return true;
    case 'Escape':
      if (store.pointer !== null) actions.point(null);
      else actions.resetZoom();
      return true;
    default:
      return false;
  }
}
