// One definition: F minus the best lower bound known at that step, bit for bit the same wherever it is asked for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { History } from '../../../extension/history.ts';
import { valuesOf } from '../../../extension/panel/status.ts';
import { TraceFeed } from '../../../extension/panel/traces.ts';
import { trusted } from '../../../solver/core/state.ts';
import { runInfo } from '../../../solver/run/info.ts';
import { isSweepMeasured } from '../../../solver/run/measure/stopping.ts';
import { metricNames } from '../../../solver/run/recipe.ts';
import { batchOf } from '../../../solver/run/rows/rows.ts';
import { Run } from '../../../solver/run/run.ts';
import type { LoadedRun } from '../../../solver/wire/panel.ts';
import { liveBranch } from '../../../solver/wire/state.ts';
import { TraceStore } from '../../../webview/traces.ts';
import { runCurve, runValue } from '../../../webview/views/metrics.ts';
import { every, given } from '../../support/engine/certify.ts';
import { sunYe } from '../../support/engine/instances.ts';
import { thinned, wayOf } from '../../support/engine/matrix.ts';
import { goTo } from '../../support/engine/walk.ts';
import { view } from '../../support/panel/feeding.ts';

const name = 'suboptimality';

/** F − gap − its rounding where the run stands. */
function dual(run: Run): number {
  const { problem, state, recipe } = run;
  const point = trusted(problem, state.points[recipe.method.iterate]!);
  const { gap, rounding } = problem.certificate!;
  const off = rounding(point.cache, point.x, point.drift);
  return run.objective() - gap(point.cache, point.x) - off;
}

/** A run with its host: what each says of step k. */
class Watched {
  readonly run: Run;
  readonly seen = new History();
  /** F minus the largest dual value at x₀ and the sweep ends so far, by step. */
  readonly expected: number[] = [];
  #bounds: { k: number; bound: number }[] = [];
  readonly #host = view(1, 0);

  constructor(...how: Parameters<typeof given>) {
    this.run = new Run(given(...how), {
      finding: () => {},
      branch: branch => this.seen.truncateToBranch(branch),
      edited: () => {},
      output: () => {},
      chunk: () => {},
      spilled: () => {},
      freed: () => Number.POSITIVE_INFINITY,
    });
    const info = runInfo(this.run.recipe, null);
    this.seen.begin(info);
    this.#host.history = this.seen;
    this.#host.info = info;
    this.#learn();
  }

  #learn(): void {
    const { problem, state } = this.run;
    const bound = problem.certificate ? dual(this.run) : problem.lowerBound!;
    this.#bounds.push({ k: state.k, bound });
  }

  /** One more update; all that is said there is compared. */
  step(): void {
    const { run, seen } = this;
    const { k } = run.state;
    this.#bounds = this.#bounds.filter(known => known.k <= k);
    goTo(run, k + 1);
    if (run.state.place === 0 && isSweepMeasured(run.recipe, run.state)) this.#learn();
    const best = Math.max(...this.#bounds.map(({ bound }) => bound));
    this.expected[k + 1] = Math.max(0, run.objective() - best);
    const names = [metricNames(run.recipe, 'block'), metricNames(run.recipe, 'sweep')] as const;
    seen.append(batchOf(run.rows, liveBranch, seen.end, 1e6, ...names));
    assert.equal(run.rows.value(name, k + 1), this.expected[k + 1], `row of step ${k + 1}`);
  }

  /** What evaluate and a breakpoint say at a step that the run goes to. */
  compareAt(k: number): void {
    const { run, expected } = this;
    goTo(run, k);
    assert.equal(run.inspector.metric(name, null), expected[k], `evaluate at step ${k}`);
    assert.equal(run.inspector.after().metric(name), expected[k], `breakpoint at step ${k}`);
    if (k > 1) assert.equal(run.inspector.after().previous(name), expected[k - 1]);
  }

  /** The curve of a branch and the numbers printed with it. */
  comparePanel(branch: string, values: readonly number[], from: number): void {
    const host = { ...this.#host, facts: this.run.facts() };
    const { k, low, high } = this.seen.series(name, null, { branch });
    const steps = values.map((_, at) => at).filter(at => at > from);
    assert.deepEqual([k, low, high], [steps, values.slice(from + 1), values.slice(from + 1)]);
    const feed = new TraceFeed();
    feed.look({ fromK: 0, toK: null, metrics: [name], columns: 1e6 });
    const drawn = new TraceStore();
    drawn.take(feed.next(host)!);
    const curve = drawn.find(name, -1, branch)!;
    assert.deepEqual([...curve.high.values.subarray(0, curve.high.length)], values.slice(from + 1));
    if (branch !== liveBranch) return;
    const loaded = { metrics: this.#host.info!.metrics } as never;
    for (const at of steps)
      assert.equal(runValue({ loaded, values: valuesOf(host, at) } as never, name), values[at]);
  }
}

function sameEverywhere(...how: Parameters<typeof given>): void {
  const one = new Watched(...how);
  const m = one.run.problem.blocks.length;
  while (one.run.state.k < 3 * m + Math.ceil(m / 2)) one.step();
  const { end } = one.run;
  const fork = m + Math.floor(m / 2) + 1;
  for (const k of [end, 1, m - 1, m, 2 * m, end - 1, fork]) if (k > 0) one.compareAt(k);
  one.comparePanel(liveBranch, one.expected, 0);
  const left = [...one.expected];
  goTo(one.run, fork);
  const branch = one.run.edit([{ kind: 'stepSize', block: null, value: 1e-3 }])!;
  one.expected.length = fork + 1;
  while (one.run.state.k < 3 * m) one.step();
  for (const k of [3 * m, fork + 1, fork, 2 * m, 1]) one.compareAt(k);
  one.comparePanel(liveBranch, one.expected, 0);
  one.comparePanel(branch.id, left, fork);
}

describe('suboptimality is one number in rows, evaluate, breakpoints, series and the panel', () => {
  const bounded = thinned().filter(([instance]) => instance.build().certificate !== null);

  test('of every problem with a gap, at present, past and mid-sweep steps, and after a fork', () => {
    every(bounded, (instance, how) => {
      for (const diagnostics of [['objective', 'gap'], ['objective'], [name]])
        sameEverywhere(instance, how, { config: { diagnostics, stopWhen: { relativeGap: 0 } } });
    });
  });

  test('of a problem with a known minimum', () => {
    sameEverywhere(sunYe(0.5, 7), wayOf('pccd, metric scalar, cyclic, lipschitz'), {});
  });

  test('and what the chart of F draws on a logarithmic axis; F minus the lowest F only where it is not measured', () => {
    const traces = new TraceStore();
    const feed = new TraceFeed();
    const host = view(3, 30);
    feed.look({ fromK: 0, toK: null, metrics: ['objective', name], columns: 512 });
    traces.take(feed.next(host)!);
    const { metrics } = host.info!;
    const chart = metrics.find(({ draw }) => draw.onLog === name)!;
    const drawn = (log: boolean, of: typeof metrics) =>
      runCurve(chart, log, { traces, loaded: { metrics: of } as LoadedRun });
    const without = metrics.filter(metric => metric.name !== name);
    assert.deepEqual(drawn(true, metrics), { metric: name, less: 0 });
    assert.deepEqual(drawn(false, metrics), { metric: 'objective', less: 0 });
    assert.deepEqual(drawn(true, without), { metric: 'objective', less: host.history.lowest });
  });
});
