import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry, StepNorm } from '../../../../solver/core/method.ts';
import type { Problem } from '../../../../solver/core/problem.ts';
import { newPoint, type State } from '../../../../solver/core/state.ts';
import { largestEigenvalue, symmetricEigen } from '../../../../solver/kernels/eigen.ts';
import { JointSharpnesses, NormSharpness } from '../../../../solver/run/measure/stepSharpness.ts';
import { Run } from '../../../../solver/run/run.ts';
import { given } from '../../../support/engine/certify.ts';
import { buildProblem, type Instance, instances } from '../../../support/engine/instances.ts';
import { wayOf, ways } from '../../../support/engine/matrix.ts';
import { goTo } from '../../../support/engine/walk.ts';
import { problemOf } from '../../modules/loadSource.ts';

const jacobi = wayOf('pccd, metric scalar, jacobi, lipschitz');

/** ½xᵀHx, H of this size with ones on the diagonal and `off` elsewhere, by coordinates. */
const coupled = (off: number, size = 3): Instance => ({
  title: `coupled by ${off}`,
  problem: 'quadratic',
  blocks: 'coordinates',
  build: () => buildProblem('quadratic', { size, delta: 1 - off }, 'coordinates', null),
});

/** The norm of the problem's own matrices, four times as large; null where it has none. */
function normOf({ curvature }: Problem): StepNorm | null {
  const own = curvature?.metricMatrix;
  return own ? { matrix: block => own(block).map(entry => 4 * entry), bound: 1 / 4 } : null;
}

/** λ_max(D^{1/2} ∇²_SS f(x) D^{1/2}) from the dense matrix, D^{1/2} of a block the symmetric root of t, or of tΛ⁻¹. */
function dense(
  problem: Problem,
  x: Float64Array,
  entries: readonly Entry[],
  norm: StepNorm | null,
): number {
  const { curvature, size } = problem;
  const cache = problem.newCache(x);
  const roots = entries.map(({ block, stepSize }) => {
    const d = block.size;
    const root = new Float64Array(d * d);
    if (norm === null) for (let i = 0; i < d; i++) root[i * d + i] = Math.sqrt(stepSize);
    else {
      const { values, vectors } = symmetricEigen(norm.matrix(block), d);
      for (let k = 0; k < d; k++)
        for (let i = 0; i < d; i++)
          for (let j = 0; j < d; j++)
            root[i * d + j]! +=
              Math.sqrt(stepSize / values[k]!) * vectors[k * d + i]! * vectors[k * d + j]!;
    }
    return root;
  });
  const columns = entries.flatMap(({ block }, e) =>
    Array.from({ length: block.size }, (_, j) => {
      const v = new Float64Array(size);
      for (let i = 0; i < block.size; i++) v[block.start + i] = roots[e]![i * block.size + j]!;
      return v;
    }),
  );
  const images = columns.map(v => {
    const out = new Float64Array(size);
    curvature!.fullHessianVector!(cache, x, v, out);
    return out;
  });
  const n = columns.length;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      for (let c = 0; c < size; c++) matrix[i * n + j]! += columns[i]![c]! * images[j]![c]!;
  return largestEigenvalue(matrix, n);
}

/** Entries that move all blocks but the first by 1, with steps of (0.5 … 1.9)/L_b. */
function entriesOf(problem: Problem, norm: StepNorm | null): Entry[] {
  const { curvature, start } = problem;
  return problem.blocks.slice(1).map(block => {
    const L = curvature!.lipschitz(problem.newCache(start), start, block)!;
    const part = 0.5 + (1.4 * ((block.index * 7) % 5)) / 4;
    const ones = new Float64Array(block.size).fill(1);
    return {
      block,
      gradient: ones,
      exact: true,
      batch: null,
      stepSize: part / (norm?.bound ?? (L || 1)),
      tried: false,
      moves: [{ point: 'x', value: ones, delta: ones }],
      writes: [],
      marks: [],
    };
  });
}

describe('steps of blocks that move at once', () => {
  test('are measured by the dense eigenvalue: Lanczos is below it by at most its stated error, a bound is above it', () => {
    let seen = 0;
    for (const instance of instances) {
      const problem = instance.build();
      if (!problem.curvature?.fullHessianVector || problem.blocks.length < 3) continue;
      for (const norm of new Set([null, normOf(problem)])) {
        const entries = entriesOf(problem, norm);
        const x = problem.start.map((value, i) => value + Math.sin(i + 1) / 4);
        const truth = dense(problem, x, entries, norm);
        const at = (limit: number) =>
          new JointSharpnesses(problem, norm && new NormSharpness(problem, norm)).at(
            { sweep: 1, steps: new Float64Array(problem.blocks.length) } as State,
            newPoint(problem, x),
            entries,
            limit,
          );
        const { value, error, blocks } = at(0);
        const about = `${instance.title}, ${norm?.bound}: ${value} ± ${error}, ${truth}`;
        assert.equal(blocks, problem.blocks.length - 1);
        assert.ok(value <= truth * (1 + 1e-9) + 1e-12, about);
        assert.ok(value + error >= truth * (1 - 1e-9) - 1e-12, about);
        assert.ok(error <= 1e-2 * truth + 1e-12, about);
        assert.ok(at(1e9).value >= truth * (1 - 1e-9), `${about}; ${at(1e9).value}`);
        seen++;
      }
    }
    assert.ok(seen > 10, String(seen));
  });

  test('are not measured where products are only estimated and steps are meant in another norm', () => {
    const { build } = instances.find(({ title }) => title === 'logistic, sizes')!;
    const exact = build();
    const { fullHessianVector } = exact.curvature!;
    const fullEstimate = (x: Float64Array, v: Float64Array, out: Float64Array) => {
      fullHessianVector!(exact.newCache(x), x, v, out);
      return 1e-9;
    };
    const curvature = { ...exact.curvature!, fullHessianVector: null, fullEstimate };
    const problem: Problem = { ...exact, curvature };
    const measured = [null, normOf(problem)].map(norm => {
      const state = { sweep: 1, steps: new Float64Array(problem.blocks.length) } as State;
      const within = norm && new NormSharpness(problem, norm);
      const point = newPoint(problem, problem.start);
      const joint = new JointSharpnesses(problem, within);
      return joint.at(state, point, entriesOf(problem, norm), 0).value;
    });
    assert.ok(measured[0]! > 0, String(measured));
    assert.ok(Number.isNaN(measured[1]), String(measured));
  });

  test('are reported once as too long together, and the divergence names that cause', () => {
    const run = new Run(given(coupled(0.9), jacobi, { config: { start: 'ones' } }));
    goTo(run, 40);
    const [first, second, ...others] = run.findings;
    assert.deepEqual([first?.name, first?.k, first?.block], ['stepTooLong', 1, null]);
    // λ_max(H) = 1 + 2 · 0.9.
    assert.ok(Math.abs((first!.evidence['stepsTimesCurvature'] as number) - 2.8) < 1e-9);
    assert.match(
      first!.text,
      /^3 blocks move at once, .* is 2\.80, above 2\.00\. Steps 0\.714 times/,
    );
    assert.deepEqual([second?.name, second?.block, others.length], ['divergence', null, 0]);
    assert.match(second!.text, /3 blocks move at once, .* is 2\.80, above 2\.00/);
  });

  test('are found in problem modules by differences of gradients, and not where these are too coarse to say so', async () => {
    /** The same H, off its diagonal `off`; its gradient rounded to multiples of `grain`. */
    const module = async (off: number, grain: number, method: string): Promise<Run> => {
      const problem = await problemOf(`
        const sum = x => x.a[0] + x.b[0] + x.b[1];
        export default {
          blocks: { a: 1, b: 2 }, start: { a: [1], b: [1, 1] }, lipschitz: (x, b) => b === 'a' ? 1 : ${1 + off},
          value: x => (1 - ${off}) / 2 * (x.a[0] ** 2 + x.b[0] ** 2 + x.b[1] ** 2) + ${off} / 2 * sum(x) ** 2,
          gradient: (x, b) => [...x[b]].map(v => {
            const g = (1 - ${off}) * v + ${off} * sum(x);
            return ${grain} > 0 ? Math.round(g / ${grain}) * ${grain} : g;
          }),
        };`);
      const build = () => problem;
      const instance: Instance = { title: 'module', problem: 'module', blocks: 'sizes', build };
      const config = { stepOptions: { size: 0.8 } };
      const run = new Run(given(instance, wayOf(`${method}`), { config }));
      goTo(run, 3);
      return run;
    };
    const told = (run: Run) => run.findings.filter(({ name }) => name === 'stepTooLong');
    // λ_max of D^{1/2} H D^{1/2} with D = diag(1, 1/1.9, 1/1.9) is above 1.8; with t = 0.8 it is 0.8 · 2.8.
    const one = await module(0.9, 0, 'gradientDescent, cyclic, fixed');
    const [found, ...more] = told(one);
    assert.deepEqual([found?.k, found?.block, more], [1, null, []]);
    const { stepsTimesCurvature: value, error } = found!.evidence as Record<string, number>;
    assert.ok(value! <= 2.24 && 2.24 <= value! + error! && error! < 1e-6, `${value} ± ${error}`);
    assert.deepEqual(told(await module(0.4, 0, 'gradientDescent, cyclic, fixed')), []);
    assert.deepEqual(told(await module(0.4, 0, jacobi.title)), []);
    // 0.8 · 1.8 is what it is; differences of gradients in grains of 0.01 may look like anything.
    assert.deepEqual(told(await module(0.4, 0.01, 'gradientDescent, cyclic, fixed')), []);
  });

  test('are found when the user makes them too long in the middle of a run', () => {
    const run = new Run(given(coupled(0.3), jacobi, { config: { start: 'ones' } }));
    goTo(run, 20);
    assert.deepEqual(run.findings, []);
    run.edit([{ kind: 'stepSize', block: null, value: 1.5 }]);
    goTo(run, 22);
    // 1.5 (1 + 2 · 0.3) = 2.4
    assert.deepEqual(
      run.findings.map(({ name, k, block }) => [name, k, block]),
      [['stepTooLong', 21, null]],
    );
  });

  test('are not too long where no mode diverges, nor where the whole move was tried and agreed with its model', () => {
    const gradientDescent = ways.filter(({ title }) => /^gradientDescent, cyclic/.test(title));
    assert.ok(gradientDescent.some(({ title }) => /backtracking/.test(title)));
    for (const way of gradientDescent.filter(({ title }) => /lipschitz|backtracking/.test(title))) {
      const run = new Run(given(coupled(0.9), way, { config: { start: 'ones' } }));
      // Nearly an eigenvector of 1 − 0.9: the steps that are tried go far beyond 2/λ_max.
      run.edit([
        { kind: 'value', block: 'x1', index: 0, value: 1 },
        { kind: 'value', block: 'x2', index: 0, value: -1.0001 },
        { kind: 'value', block: 'x3', index: 0, value: 1e-5 },
      ]);
      goTo(run, 12);
      assert.deepEqual(
        run.findings.filter(({ name }) => name === 'stepTooLong'),
        [],
        way.title,
      );
    }
    const run = new Run(given(coupled(0.4), jacobi, { config: { start: 'ones' } }));
    goTo(run, 20);
    assert.deepEqual(run.findings, []);
  });
});

test('the rows of a rule that tries its steps say which were accepted, and no other rule has that metric', () => {
  const [backtracking, lipschitz] = ['backtracking', 'lipschitz'].map(
    rule =>
      new Run(
        given(coupled(0.9), wayOf(`pccd, metric scalar, cyclic, ${rule}`), {
          config: { start: 'ones' },
        }),
      ),
  ) as [Run, Run];
  const has = ({ recipe }: Run) => recipe.diagnostics.some(({ name }) => name === 'stepTried');
  assert.deepEqual([has(backtracking), has(lipschitz)], [true, false]);
  backtracking.edit([{ kind: 'stepSize', block: 'x2', value: 0.5 }]);
  goTo(backtracking, 3);
  // x2's step is set by the user, so it was not tried.
  assert.deepEqual(
    [1, 2, 3].map(k => backtracking.rows.value('stepTried', k)),
    [1, 0, 1],
  );
});
