import { positiveCurvature } from '../../core/capability.ts';
import {
  type Block,
  type Cache,
  type Certificate,
  type Estimate,
  lazy,
  memo,
  noPoll,
  type Penalty,
  type Problem,
  pollWork,
} from '../../core/problem.ts';
import {
  blockHessian,
  blockSharpness,
  type Curvature,
  curvatureVector,
  globalBound,
  lipschitzFrom,
} from '../curvature.ts';
import { addColumns, type Design, dotColumn, dotRows, largestEntry } from './design.ts';
import { dualRounding } from './gaps.ts';
import type { Loss } from './losses.ts';
import { newtonModel } from './newtonModel.ts';
import { linearOnDevice, type PartialOf } from './onDevice.ts';

/** What distinguishes one linear model from another. */
export interface LinearModel {
  readonly name: string;
  readonly design: Design;
  readonly loss: Loss;
  /** ridge/2 ‖β‖² in f, without the intercept. */
  readonly ridge: number;
  readonly penalty: Penalty;
  /** The strengths of a penalty l1|x_c| + l2/2 x_c² of each coordinate; null: it is another one. */
  readonly soft: { readonly l1: number; readonly l2: number } | null;
  readonly notes: readonly string[];
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  readonly certificate:
    | (Pick<Certificate, 'nullObjective'> & {
        /** The gap at x, of all blocks or among some. */
        readonly gap: (cache: Cache, x: Float64Array, among: readonly Block[] | null) => number;
        /** λ of a dual constraint ‖A_bᵀθ‖ ≤ λ_b; 0 where there is none. */
        readonly strength: (block: Block) => number;
      })
    | null;
}

/** F(x) = (1/n) Σ ℓ_i((Ax)_i) + ridge/2 ‖β‖² + r(x). */
export function linearModel(model: LinearModel): Problem {
  const { design: a, loss, ridge, penalty } = model;
  const { n, size, offset, blocks, poll } = a;
  const { sign, residual } = loss;
  const { soft } = model;
  const bound: Curvature = { a, factor: loss.curvature, ridge, w: null };
  const widest = blocks.reduce((most, block) => Math.max(most, block.size), 1);
  const scratch = {
    cache: lazy(() => a.kernels.array(loss.length)),
    fresh: lazy(() => a.kernels.array(loss.length)),
    point: lazy(() => a.kernels.array(size)),
    rows: lazy(() => a.kernels.array(n)),
    weights: lazy(() => a.kernels.array(n)),
    gradient: lazy(() => a.kernels.array(widest)),
    here: lazy(() => a.kernels.array(widest)),
    all: lazy(() => ({ coordinates: new Int32Array(size), products: new Float64Array(size) })),
  };

  /** ∇²f at the cache's point. */
  const curvatureAt = (cache: Cache): Curvature => {
    if (loss.weights === null) return bound;
    const w = scratch.weights();
    loss.weights(cache, w);
    return { a, factor: 1, ridge, w };
  };
  const boundSharpness = memo<Estimate>(blocks.length, b => blockSharpness(bound, b));
  const boundHessian = memo<Float64Array>(blocks.length, b => blockHessian(bound, b));
  const reach = memo<number>(blocks.length, block => largestEntry(a, block));
  const bounds = new Float64Array(blocks.length).fill(Number.NaN);
  const lipschitz = (block: Block): number => {
    const known = bounds[block.index]!;
    if (known >= 0) return known;
    const L = lipschitzFrom(boundSharpness(block));
    bounds[block.index] = L;
    return L;
  };
  const isConstant = loss.weights === null;
  const fullBoundVector = (v: Float64Array, out: Float64Array): void =>
    curvatureVector(bound, 0, size, v, out, scratch.rows());
  const global = lazy(() => globalBound(fullBoundVector, blocks, lipschitz, poll));

  const ridgeValue = (x: Float64Array): number => {
    if (ridge === 0) return 0;
    let squares = 0;
    for (let c = offset; c < size; c++) squares += x[c]! * x[c]!;
    return (ridge / 2) * squares;
  };
  /** ∂f/∂x_c from A_cᵀw over so many rows: sign · A_cᵀw/rows, and ridge x_c but for the intercept. */
  const partial: PartialOf = (product, rows, x, c) => {
    const slope = (sign * product) / rows;
    return ridge === 0 || c < offset ? slope : slope + ridge * x[c]!;
  };
  const gradient = (cache: Cache, x: Float64Array, block: Block, out: Float64Array): void => {
    let work = 0;
    for (let k = 0; k < block.size; k++) {
      const c = block.start + k;
      out[k] = partial(dotColumn(a, c, cache, residual), n, x, c);
      work += n;
      if (work >= pollWork && block.size > 1) {
        poll();
        work = 0;
      }
    }
  };
  const gradients = (
    cache: Cache,
    x: Float64Array,
    among: readonly Block[],
    out: Float64Array,
  ): void => {
    const { coordinates, products } = scratch.all();
    let count = 0;
    for (const { start, size: length } of among)
      for (let k = 0; k < length; k++) coordinates[count++] = start + k;
    a.known.dots(coordinates, count, cache, residual, products);
    for (let l = 0; l < count; l++) {
      const c = coordinates[l]!;
      out[c] = partial(products[l]!, n, x, c);
    }
  };
  const move = (cache: Cache, block: Block, delta: Float64Array, pollHere: () => void): void => {
    const squares = addColumns(
      a,
      block.start,
      block.size,
      sign,
      delta,
      0,
      cache,
      pollHere,
      loss.tracks,
    );
    loss.refresh(cache, block, squares);
  };

  return {
    name: model.name,
    blocks,
    size,
    work: a.work,
    notes: [...a.notes, ...model.notes],
    parameters: { ...model.parameters, n, p: a.X.columns },
    start: new Float64Array(size),
    penalty,
    newCache(x) {
      const cache = scratch.fresh();
      loss.begin(cache);
      const squares = addColumns(a, 0, size, sign, x, 0, cache, poll);
      loss.refresh(cache, null, squares);
      return cache.slice();
    },
    shift: (cache, _x, block, delta) => move(cache, block, delta, noPoll),
    shifted(cache, _x, block, delta, out) {
      out.set(cache);
      move(out, block, delta, poll);
    },
    value: (cache, x) => loss.value(cache) + ridgeValue(x),
    valueAfter(cache, x, block, delta) {
      const after = scratch.cache();
      after.set(cache);
      move(after, block, delta, poll);
      if (ridge === 0) return loss.value(after);
      const moved = scratch.point();
      moved.set(x);
      for (let k = 0; k < block.size; k++) {
        moved[block.start + k] = moved[block.start + k]! + delta[k]!;
      }
      return loss.value(after) + ridgeValue(moved);
    },
    gradient,
    gradients,
    device: linearOnDevice({ a, loss, ridge, penalty, gradient, partial, size, blocks }),
    lowerBound: null,
    coordinateSweep:
      soft && ridge === 0 && isConstant && widest === 1
        ? lazy(() =>
            a.kernels.coordinateSweep({
              X: a.X,
              n,
              offset,
              ...soft,
              curvature: Float64Array.from(blocks, b => positiveCurvature(lipschitz(b))),
              reach: Float64Array.from(blocks, reach),
            }),
          )
        : null,
    rounding: {
      scale: cache => a.kernels.maxAbs(cache, 0, n),
      reach,
      // ‖A_b‖₂/√n = √(λ_max of the bound over f''); a weight of n terms, each off by f'' times the drift, ≤ 1 of its own.
      gradient: (block, drift) =>
        2 *
        Math.sqrt(lipschitz(block) / loss.curvature) *
        (loss.curvature * drift + (loss.weights === null ? 0 : Number.EPSILON)),
    },
    certificate: model.certificate && {
      nullObjective: model.certificate.nullObjective,
      gap: (cache, x) => model.certificate!.gap(cache, x, null),
      gapAmong: (cache, x, among) => model.certificate!.gap(cache, x, among),
      rounding(cache, x, drift) {
        const parts = { reach, strength: model.certificate!.strength };
        const f = loss.value(cache);
        // The mean of |w_i|: at most the root of the mean square, or 1 as all of its terms.
        const weight = loss.weights === null ? Math.sqrt(2 * f) : 1;
        return dualRounding(a, x, { f, weight, drift }, parts);
      },
    },
    finiteSum: {
      rows: n,
      sampleGradient(cache, x, block, rows, out) {
        let work = 0;
        for (let k = 0; k < block.size; k++) {
          const c = block.start + k;
          out[k] = partial(dotRows(a, c, rows, cache, residual), rows.length, x, c);
          work += rows.length;
          if (work >= pollWork && block.size > 1) {
            poll();
            work = 0;
          }
        }
      },
    },
    curvature: {
      lipschitz: (_cache, _x, block) => lipschitz(block),
      proven: true,
      globalLipschitz: global,
      hessianVector(cache, _x, block, v, out) {
        // Of one dense column and ±1 that is the block's sharpness, to the bit: only signs differ.
        if (block.size === 1 && Math.abs(v[0]!) === 1 && isConstant && a.X.kind === 'dense') {
          out[0] = v[0]! * boundSharpness(block).value + 0;
          return;
        }
        curvatureVector(curvatureAt(cache), block.start, block.size, v, out, scratch.rows());
      },
      fullHessianVector(cache, _x, v, out) {
        curvatureVector(curvatureAt(cache), 0, size, v, out, scratch.rows());
      },
      fullEstimate: null,
      fullBoundVector,
      convex: true,
      constantHessian: isConstant,
      sharpness: (cache, _x, block) =>
        isConstant ? boundSharpness(block) : blockSharpness(curvatureAt(cache), block),
      metricMatrix: block =>
        block.size === 1
          ? Float64Array.of(positiveCurvature(lipschitz(block)))
          : boundHessian(block).slice(),
    },
    newtonModel: newtonModel(a, loss, ridge, partial),
    // A constant Hessian makes f its own quadratic model, so one exact step in its metric minimises.
    exactBlock: !isConstant
      ? null
      : {
          minimize(cache, x, block, out, known) {
            const g = known ?? scratch.gradient();
            const here = scratch.here();
            if (!known) gradient(cache, x, block, g);
            for (let k = 0; k < block.size; k++) here[k] = x[block.start + k]!;
            penalty.metricStep(here, g, boundHessian(block), 1, block, out);
          },
        },
  };
}
