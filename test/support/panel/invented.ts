// What tests invent for whatever shows a run: rows and metrics, deterministic and like the real ones in shape, and its
// description.
import { lines } from '../../../solver/core/diagnostic.ts';
import { type Abilities, type Facts, noFacts } from '../../../solver/wire/facts.ts';
import type { MetricsBatch } from '../../../solver/wire/protocol.ts';
import type { BlockInfo, MetricInfo, RunInfo } from '../../../solver/wire/run.ts';

const metric = (
  name: string,
  title: string,
  formula: string,
  rest: Partial<MetricInfo> = {},
): MetricInfo => ({
  name,
  title,
  formula,
  unit: '',
  scale: 'log',
  cost: 'block',
  of: 'block',
  byDefault: true,
  draw: lines,
  ...rest,
});

export const metrics: readonly MetricInfo[] = [
  metric('objective', 'Objective', 'F(x) = f(x) + Σ r_b(x_b), after the commit, exact', {
    of: 'run',
    draw: { ...lines, onLog: 'suboptimality' },
  }),
  metric(
    'gradNorm',
    'Gradient norm',
    'L_b‖x_b − prox(x_b − ∇_b f(x)/L_b)‖₂ at the point read, exact',
    { inline: { at: 'gradient', label: '‖∇‖', letter: 'g' } },
  ),
  metric('stepSize', 'Step size', 't_b in prox_{t r}(x − t∇), exact', {
    draw: { ...lines, stepped: true },
    inline: { at: 'step', label: 't', letter: null },
  }),
  metric('sharpness', 'Sharpness', 'λ_max(∇²_bb f) at the point read, exact', {
    inline: { at: 'step', label: 'sharpness', letter: null },
    scale: 'linear',
    draw: {
      ...lines,
      limit: {
        number: 2,
        over: 'stepSize',
        unless: 'stepTried',
        text: '2 / step size',
        ratio: 'Step × sharpness',
      },
    },
  }),
  metric('passes', 'Passes', 'm block gradients on full data = 1', {
    of: 'run',
    scale: 'linear',
    byDefault: false,
    draw: { ...lines, kind: 'none' },
  }),
  metric('gap', 'Duality gap', 'P − D at x, exact', {
    of: 'run',
    cost: 'sweep',
    draw: { ...lines, within: 'objective' },
  }),
  metric('suboptimality', 'Suboptimality', 'F − the best lower bound known then', {
    of: 'run',
    byDefault: false,
  }),
];

/** What the charts are drawn from by default. */
export const drawn = ['objective', 'gap', 'gradNorm', 'stepSize', 'sharpness'] as const;

export function blocks(count: number, names?: readonly string[]): BlockInfo[] {
  return Array.from({ length: count }, (_, i) => {
    const name = names?.[i] ?? `b${String(i + 1).padStart(String(count).length, '0')}`;
    return { name, size: 1, declared: null };
  });
}

/** mulberry32. */
export function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Shape {
  readonly blocks: number;
  readonly seed?: number;
  /** From this k on the blocks come in a shuffled order and the run is faster. */
  readonly shuffledFrom?: number;
  /** From this k on the first block's step is too long. */
  readonly divergesFrom?: number;
  /** The step of every block is constant. */
  readonly constantSteps?: boolean;
}

/** Rows from + 1 … from + count of a run of this shape; the same whatever the batches. */
export function rows(shape: Shape, from: number, count: number, branch = 'live'): MetricsBatch {
  const m = shape.blocks;
  const { seed = 1, shuffledFrom = Number.POSITIVE_INFINITY } = shape;
  const { divergesFrom = Number.POSITIVE_INFINITY, constantSteps = false } = shape;
  const column = () => new Float64Array(count);
  const columns = {
    objective: column(),
    suboptimality: column(),
    gradNorm: column(),
    stepSize: column(),
    sharpness: column(),
    passes: column(),
  };
  const block = new Int32Array(count);
  const sweep = new Int32Array(count);
  const sweepK: number[] = [];
  const gap: number[] = [];
  for (let i = 0; i < count; i++) {
    const k = from + i + 1;
    const s = Math.floor((k - 1) / m) + 1;
    const place = (k - 1) % m;
    const noise = random(seed * 7919 + k * 31)();
    const b = k > shuffledFrom ? permuted(m, s + seed, place) : place;
    const rate = k > shuffledFrom ? 1.8 : 1;
    const passed = (Math.min(k, shuffledFrom) + rate * Math.max(0, k - shuffledFrom)) / m;
    const late = Math.max(0, k - divergesFrom) / m;
    const suboptimality = 30 * Math.exp(-passed / 9) + 0.2 * Math.exp(-passed / 30);
    const decay = Math.exp(-passed / (12 + (b % 5) * 4));
    block[i] = b;
    sweep[i] = s;
    columns.objective[i] = 100 + suboptimality * Math.exp(late / 3);
    columns.suboptimality[i] = columns.objective[i]! - 100;
    columns.gradNorm[i] =
      b % 7 === 5 && s > 6
        ? 0
        : 4 * decay * (0.4 + 1.2 * noise) * (1 + b / m) * Math.exp(b === 0 ? late / 2 : late / 6);
    const base = 1 + 6.5 * (b / m);
    const slack = constantSteps ? 0 : 0.04 * Math.sin(passed / 3 + b);
    columns.stepSize[i] = ((b === 0 && k > divergesFrom ? 2.4 : 1) * (1 + slack)) / base;
    columns.sharpness[i] = base * (1 + 0.06 * Math.sin(passed / 5 + b));
    columns.passes[i] = k / m;
    if (place === m - 1) {
      sweepK.push(k);
      gap.push(suboptimality * 6 * Math.exp(late / 3));
    }
  }
  return {
    branch,
    from,
    to: from + count,
    count,
    k: Float64Array.from({ length: count }, (_, i) => from + i + 1),
    block,
    sweep,
    columns,
    sweepK: Float64Array.from(sweepK),
    sweepColumns: { gap: Float64Array.from(gap) },
    more: false,
  };
}

/** Place → block in sweep `s`, a permutation drawn from the sweep's number. */
function permuted(m: number, s: number, place: number): number {
  const cached = permutations.get(`${m} ${s}`);
  if (cached !== undefined) return cached[place]!;
  const order = Array.from({ length: m }, (_, i) => i);
  const draw = random(s * 104729);
  for (let i = m - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  if (permutations.size > 64) permutations.clear();
  permutations.set(`${m} ${s}`, order);
  return order[place]!;
}
const permutations = new Map<string, number[]>();

/** A run that can do everything. */
export const abilities: Abilities = {
  stepUpdate: true,
  stepPhase: true,
  stepSweep: true,
  continue: true,
  pause: true,
  back: true,
  goTo: true,
  editOrdering: true,
  editStepSize: true,
  editFrozen: true,
  editValue: true,
  editParameter: true,
  fork: true,
  replay: true,
  evaluate: true,
  conditions: true,
  breakpoints: true,
};

/** What a source reports of a run without edits, except for what is given. */
export function factsWith(more: Partial<Facts> = {}): Facts {
  return { ...noFacts, ordering: { name: 'cyclic', since: 0, pending: null }, ...more };
}

export function runInfo(blockCount: number): RunInfo {
  const own = blocks(blockCount);
  return {
    version: '0.0.0',
    node: 'v20',
    problem: 'lasso',
    method: 'pccd',
    ordering: 'cyclic',
    step: 'lipschitz',
    seed: 1,
    backend: 'js',
    backendReason: 'The only one.',
    abilities,
    blocks: own,
    findings: [],
    metrics,
    unmeasured: [],
    listing: {
      title: 'P-CCD',
      lines: [
        { text: 'x ← x₀', frame: 'run' },
        { text: 'for sweep = 1, 2, …', frame: 'sweep' },
        { text: '  g ← ∇_b f(x)', phase: 'gradient' },
        { text: '' },
        ...own.map(({ name, size }) => ({ text: `block ${name}  ${size}`, block: name })),
      ],
    },
    module: null,
    orderings: [
      { name: 'cyclic', title: 'Cyclic' },
      { name: 'shuffled', title: 'Shuffled' },
    ],
    parameters: {},
    notes: [],
    stopOnEntry: true,
  };
}
