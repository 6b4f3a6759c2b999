import type { Block, Penalty } from '../core/problem.ts';
import { blockSoftThreshold, elasticNetProx, euclideanNorm } from '../kernels/prox.ts';
import type { BlockPenalty } from './index.ts';

/** λ₁‖·‖₁ + λ₂/2 ‖·‖², λ‖·‖₂, or the indicator of a box: what every penalty of a module comes down to. */
type Form =
  | { readonly form: 'elastic'; readonly l1: number; readonly l2: number }
  | { readonly form: 'group'; readonly lambda: number }
  | { readonly form: 'box'; readonly low: number; readonly high: number };

/** r(x) = Σ_b r_b(x_b) from the penalties a module names; null: none. `specs` is indexed as the blocks are. */
export function modulePenalty(specs: readonly (BlockPenalty | null)[]): Penalty {
  const forms = specs.map(spec => (spec === null ? null : formOf(spec)));
  const at = (block: Block): Form | null => forms[block.index] ?? null;
  return {
    value(x, block) {
      const form = at(block);
      return form === null ? 0 : penaltyValue(form, x, block);
    },
    prox(u, t, block, out) {
      const form = at(block);
      if (form === null) out.set(u.subarray(0, block.size));
      else proxOf(form, u, t, block.size, out);
    },
    distance(x, s, block) {
      const form = at(block);
      return form === null
        ? euclideanNorm(s, 0, block.size)
        : distanceOf(form, x, s, block.start, block.size);
    },
    isZero: block => at(block) === null,
    support(x, block) {
      if (at(block) === null) return 0;
      let count = 0;
      for (let i = block.start; i < block.start + block.size; i++) if (x[i] !== 0) count++;
      return count;
    },
    metricStep() {
      // Modules have no metricMatrix, so no method that wants a matrix metric gets this far.
      throw new Error('a problem module has no matrix metric');
    },
    convexity(block) {
      const form = at(block);
      return form?.form === 'elastic' ? form.l2 : 0;
    },
  };
}

function formOf(spec: BlockPenalty): Form {
  switch (spec.kind) {
    case 'l1':
      return { form: 'elastic', l1: spec.lambda, l2: 0 };
    case 'l2':
      return { form: 'elastic', l1: 0, l2: spec.lambda };
    case 'elasticNet':
      return {
        form: 'elastic',
        l1: spec.lambda * spec.l1Ratio,
        l2: spec.lambda * (1 - spec.l1Ratio),
      };
    case 'groupL2':
      return { form: 'group', lambda: spec.lambda };
    case 'box':
      return { form: 'box', low: spec.low, high: spec.high };
  }
}

function penaltyValue(form: Form, x: Float64Array, { start, size }: Block): number {
  if (form.form === 'group') return form.lambda * euclideanNorm(x, start, size);
  let sum = 0;
  let squares = 0;
  for (let i = start; i < start + size; i++) {
    const v = x[i]!;
    if (form.form === 'box' && (v < form.low || v > form.high)) return Number.POSITIVE_INFINITY;
    sum += Math.abs(v);
    squares += v * v;
  }
  return form.form === 'box' ? 0 : form.l1 * sum + (form.l2 / 2) * squares;
}

function proxOf(form: Form, u: Float64Array, t: number, d: number, out: Float64Array): void {
  if (form.form === 'elastic') elasticNetProx(u, 0, t, form.l1, form.l2, out, 0, d);
  else if (form.form === 'group') blockSoftThreshold(u, 0, t * form.lambda, out, 0, d);
  else for (let i = 0; i < d; i++) out[i] = Math.min(Math.max(u[i]!, form.low), form.high);
}

/** The distance of s to ∂r at x. ∂ of λ‖·‖₂ at 0 is the ball of radius λ; of a box at a bound, the half line outwards. */
function distanceOf(
  form: Form,
  x: Float64Array,
  s: Float64Array,
  start: number,
  size: number,
): number {
  const rest = new Float64Array(size);
  if (form.form === 'group') {
    const norm = euclideanNorm(x, start, size);
    if (norm === 0) return Math.max(euclideanNorm(s, 0, size) - form.lambda, 0);
    for (let i = 0; i < size; i++) rest[i] = s[i]! - (form.lambda * x[start + i]!) / norm;
  } else {
    for (let i = 0; i < size; i++) {
      const [low, high] = interval(form, x[start + i]!);
      rest[i] = s[i]! - Math.min(Math.max(s[i]!, low), high);
    }
  }
  return euclideanNorm(rest, 0, size);
}

/** ∂r at one coordinate, as the interval [low, high]. */
function interval(form: Exclude<Form, { form: 'group' }>, v: number): readonly [number, number] {
  if (form.form === 'elastic') {
    if (v === 0) return [-form.l1, form.l1];
    const slope = Math.sign(v) * form.l1 + form.l2 * v;
    return [slope, slope];
  }
  return [
    v <= form.low ? Number.NEGATIVE_INFINITY : 0,
    v >= form.high ? Number.POSITIVE_INFINITY : 0,
  ];
}
