import { decade, type Numbers, tick } from '../ui/numbers.ts';
import { highOf, type Line, lowOf, type YAxis } from './line.ts';

/** A decade needs this many pixels for its tick, and a tick of the horizontal axis this many. */
const tickHeight = 20;
const tickWidth = 64;
/** Decades below the largest value that a logarithmic axis reaches at most: a double has no more digits. */
const decades = 17;

/** The axis for the lines' points within the horizontal one, and for the neighbours that lines lead to from there. */
export function yAxis(lines: readonly Line[], log: boolean, xs: XAxis, height: number): YAxis {
  const extent = new Extent();
  for (const line of lines) {
    const { x } = line.points;
    const first = Math.max(0, x.upTo(xs.min) - 1);
    const last = Math.min(x.length, x.upTo(xs.max) + 1);
    for (let i = first; i < last; i++) extent.add(lowOf(line, i), highOf(line, i));
  }
  return extent.axis(log, height);
}

/** The range for values that are shown as colours; `from`: those before it were added to the extent already. */
export function rangeOf(
  values: Numbers,
  log: boolean,
  height: number,
  extent = new Extent(),
  from = 0,
): YAxis {
  for (let i = from; i < values.length; i++) extent.add(values.at(i), values.at(i));
  return extent.axis(log, height);
}

const lowest = 324;

/** Counts values by decade, so that one walk finds the extent and where the smallest hundredth of the values ends. */
export class Extent {
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  zeros = false;
  #positive = Number.POSITIVE_INFINITY;
  #counted = 0;
  /** Values by decade. */
  readonly #histogram = new Int32Array(2 * lowest + 1);

  add(low: number, high: number): void {
    if (!Number.isFinite(low) || !Number.isFinite(high)) return;
    if (low < this.min) this.min = low;
    if (high > this.max) this.max = high;
    if (low <= 0) {
      this.zeros = true;
      return;
    }
    if (low < this.#positive) this.#positive = low;
    this.#counted++;
    this.#histogram[Math.floor(Math.log10(low)) + lowest]!++;
  }

  /** Smallest value > 0, but for the smallest hundredth of the values. */
  get positive(): number {
    let below = 0;
    for (let i = 0; i < this.#histogram.length; i++) {
      below += this.#histogram[i]!;
      if (below * 100 >= this.#counted) return Math.max(this.#positive, 10 ** (i - lowest));
    }
    return this.#positive;
  }

  axis(log: boolean, height: number): YAxis {
    return log ? logAxis(this, height) : linearAxis(this, height);
  }
}

function logAxis({ max, positive, zeros }: Extent, height: number): YAxis {
  const some = positive > 0 && Number.isFinite(positive) && max > 0;
  const top = some ? Math.ceil(Math.log10(max) - 1e-9) : 0;
  const low = some ? Math.floor(Math.log10(positive) + 1e-9) : -1;
  const floor = Math.max(Math.min(low, top - 1), top - decades);
  const stride = niceStride(((top - floor + 1) * tickHeight) / height);
  const ticks = [];
  for (let power = Math.ceil(floor / stride) * stride; power <= top; power += stride) {
    ticks.push({ value: power, text: decade(power) });
  }
  // A lane below the lowest decade, where zero is.
  const lane = zeros ? ((top - floor) * 11) / Math.max(30, height) : 0;
  const min = floor - lane;
  if (zeros) ticks.unshift({ value: min, text: '0' });
  return { log: true, min, max: top, floor, ticks };
}

function niceStride(least: number): number {
  return [1, 2, 3, 4, 5, 10, 20, 50].find(stride => stride >= least) ?? 100;
}

function linearAxis({ min, max }: Extent, height: number): YAxis {
  if (!(max >= min)) return { log: false, min: 0, max: 1, floor: 0, ticks: [] };
  let low = min >= 0 && min < 0.6 * max ? 0 : min;
  let high = max;
  if (high === low) {
    const half = Math.abs(high) / 2 || 1;
    low -= half;
    high += half;
  }
  const step = niceStep((high - low) / Math.max(1, Math.floor(height / (tickHeight * 1.5))));
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = [];
  for (let i = first; i <= last; i++) ticks.push({ value: i * step, text: tick(i * step, step) });
  return { log: false, min: first * step, max: last * step, floor: first * step, ticks };
}

/** The least of 1, 2 and 5 times a power of ten that is ≥ the number. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find(factor => factor * power >= least * (1 - 1e-9)) ?? 10;
  return step * power;
}

export interface XAxis {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** `open`: the end moves on, so it is rounded up to half a tick, and the axis stands still in between. */
export function xAxis(
  min: number,
  max: number,
  open: boolean,
  width: number,
  whole: boolean,
): XAxis {
  // Before the first step there is no span yet: one sweep (or pass, or step) shows where it will lie.
  const span = Math.max(max > min ? max - min : 1, whole ? 1 : 1e-9);
  const raw = niceStep(span / Math.max(2, Math.floor(width / tickWidth)));
  const step = whole ? Math.max(1, raw) : raw;
  const half = step / 2;
  return { min, max: open ? min + Math.ceil(span / half - 1e-9) * half : min + span, step };
}

export function xTicks({ min, max, step }: XAxis): number[] {
  const out: number[] = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max * (1 + 1e-12); i++) out.push(i * step);
  return out;
}
