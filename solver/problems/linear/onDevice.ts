import type { DeviceWork } from '../../core/bulk.ts';
import { moveOf } from '../../core/capability.ts';
import { type Block, type Cache, lazy, type Problem } from '../../core/problem.ts';
import { Lost, type Products } from '../../kernels/products.ts';
import { euclideanNorm } from '../../kernels/prox.ts';
import { type Design, dotColumn, dotRows, squaredColumn } from './design.ts';
import type { Loss } from './losses.ts';

/** ∂f/∂x_c from A_cᵀw over so many rows. */
export type PartialOf = (product: number, rows: number, x: Float64Array, c: number) => number;

/** What a linear model gives its device's work. */
interface Model extends Pick<Problem, 'gradient' | 'penalty' | 'size' | 'blocks'> {
  readonly a: Design;
  readonly loss: Loss;
  readonly ridge: number;
  readonly partial: PartialOf;
}

/** ∇f = sign · Aᵀw/n + ridge β and what is made of it, the product with the data's columns by a device in float32. */
export function linearOnDevice(model: Model): DeviceWork {
  const { a, loss, partial, size, blocks } = model;
  const { n, offset, kernels } = a;
  const { residual } = loss;
  const scratch = {
    products: lazy(() => new Float64Array(a.X.columns)),
    gradient: lazy(() => new Float64Array(size)),
    block: lazy(() => new Float64Array(blocks.reduce((most, b) => Math.max(most, b.size), 1))),
    weights: lazy(() => kernels.array(n)),
  };
  const norms = lazy(() =>
    Float64Array.from({ length: size }, (_, c) => Math.sqrt(squaredColumn(a, c, null))),
  );

  const products = (): Products => {
    const held = kernels.products;
    if (held === null || !held.ready) throw new Lost(held?.trouble ?? 'there is none');
    return held;
  };

  /** out ≈ ∇f(x); false where the device leaves it to plain loops. */
  const approximate = (cache: Cache, x: Float64Array, out: Float64Array): boolean => {
    const held = products();
    const found = scratch.products();
    if (!held.transposed(cache, residual, found)) return false;
    for (let c = offset; c < size; c++) {
      out[c] = partial(found[c - offset]!, n, x, c);
    }
    if (offset === 1) out[0] = partial(dotColumn(a, 0, cache, residual), n, x, 0);
    return true;
  };

  return {
    X: a.X,
    get products() {
      return kernels.products;
    },
    gradient(cache, x, out) {
      if (approximate(cache, x, out)) return;
      for (const block of blocks) exactly(model, cache, x, block, out);
    },
    moves(cache, x, curvature, out, idle) {
      const held = products();
      const g = scratch.gradient();
      const known = approximate(cache, x, g);
      const u = scratch.block();
      const reach = known ? reachOf(held, a, cache, residual) / n : 0;
      const least = known ? leastOf(held, a, cache, residual) / n : 0;
      const errors = new Float64Array(blocks.length);
      let low = Number.NEGATIVE_INFINITY;
      for (const block of known ? blocks : []) {
        const L = curvature(block);
        const score = moveOf(model, x, block, g, L, u);
        let squares = 0;
        for (let c = block.start; c < block.start + block.size; c++)
          squares += (norms()[c]! * reach + least) ** 2;
        const length = euclideanNorm(x, block.start, block.size);
        const slope = euclideanNorm(g, block.start, block.size);
        // A prox brings no two points farther apart; it is rounded itself.
        const error = Math.sqrt(squares) / L + 64 * Number.EPSILON * (length + slope / L);
        out[block.index] = score;
        errors[block.index] = error;
        if (idle?.[block.index] !== 1 && score - error > low) low = score - error;
      }
      for (const block of blocks) {
        const b = block.index;
        if (known && (idle?.[b] === 1 || out[b]! + errors[b]! < low)) continue;
        exactly(model, cache, x, block, g);
        out[b] = moveOf(model, x, block, g, curvature(block), u);
      }
    },
    batchGradient(cache, x, rows, out) {
      const found = scratch.products();
      const isFound = products().rows(rows, cache, residual, found);
      for (let c = 0; c < size; c++) {
        const product =
          isFound && c >= offset ? found[c - offset]! : dotRows(a, c, rows, cache, residual);
        out[c] = partial(product, rows.length, x, c);
      }
    },
    hessianVectors(cache, _x, vectors, out) {
      const held = products();
      const w = loss.weights === null ? null : scratch.weights();
      if (w !== null) loss.weights!(cache, w);
      for (const [i, v] of vectors.entries()) secondOrder(model, held, w, v, out[i]!);
    },
  };
}

/** ∇_b f(x) in float64, at its place in a gradient. */
function exactly(model: Model, cache: Cache, x: Float64Array, block: Block, out: Float64Array) {
  model.gradient(cache, x, block, out.subarray(block.start, block.start + block.size));
}

/** What the error of X_jᵀv is at most, over ‖X_j‖: the device's, and that of the sum in float64 that it is compared with. */
export function reachOf(held: Products, a: Design, v: Float64Array, vStart: number): number {
  const rounding = 2 * a.n * Number.EPSILON;
  return (held.slack + rounding) * Math.sqrt(a.kernels.squaredNorm(v, vStart, a.n));
}

/** And whatever ‖X_j‖ is. */
export function leastOf(held: Products, a: Design, v: Float64Array, vStart: number): number {
  return held.least * a.kernels.maxAbs(v, vStart, a.n);
}

/** out ← (1/n) Aᵀ(w ∘ (A v)) + ridge v. */
function secondOrder(
  { a, ridge, loss, size }: Model,
  held: Products,
  w: Float64Array | null,
  v: Float64Array,
  out: Float64Array,
): void {
  const { offset, n } = a;
  const shift = offset === 1 ? v[0]! : 0;
  const factor = w === null ? loss.curvature : 1;
  const found = new Float64Array(size - offset);
  const isKnown = held.weighted(w, v, offset, shift, found);
  if (!isKnown) {
    out.fill(Number.NaN, 0, size);
    return;
  }
  for (let c = offset; c < size; c++) out[c] = (factor * found[c - offset]!) / n + ridge * v[c]!;
  if (offset === 0) return;
  // Σ w_i (A v)_i = Σ_j (Aᵀw)_j v_j.
  const ones = w ?? new Float64Array(n).fill(1);
  held.transposed(ones, 0, found);
  let along = shift * a.kernels.sum(ones, 0, n);
  for (let c = offset; c < size; c++) along += found[c - offset]! * v[c]!;
  out[0] = (factor * along) / n;
}
