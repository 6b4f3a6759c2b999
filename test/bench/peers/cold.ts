// The same from a cold start: the command line beside a line of Python, from spawn to exit.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/root.mjs';
import { type Compared, median } from './compare.ts';
import { oneThread, python } from './processes.ts';

/** The problems that are also measured from a cold start. */
export const coldTitles = ['lasso diabetes max/10', 'lasso correlated max/10'];

export interface Cold {
  readonly title: string;
  readonly method: string;
  readonly peer: string;
  /** Milliseconds from spawn to exit. */
  readonly ours: number;
  readonly theirs: number;
  /** Ours − theirs, the median of the turns' differences. */
  readonly later: number;
}

/** Ours and the fastest peer in turn, each in a fresh process that reads the file, solves and prints. */
export function cold(found: Compared, path: string, folder: string, repetitions: number): Cold {
  const { title, loss, lambda, method, ours, fastest, peers } = found;
  const their = fastest === null ? null : peers[fastest]!;
  if (method === null || ours === null || fastest === null || !their || !('tolerance' in their))
    throw new Error(`${title} has nobody to compare`);
  const launch = join(folder, 'launch.json');
  const configuration = {
    type: 'blockstep',
    name: 'cold',
    problem: loss,
    data: path,
    problemOptions: { lambda, intercept: false, standardize: false },
    method,
    stopWhen: { relativeGap: ours.tolerance, sweeps: 1e9 },
  };
  writeFileSync(launch, JSON.stringify({ configurations: [configuration] }));
  const node = [process.execPath, [join(root, 'dist/cli.js'), 'run', launch]] as const;
  const line = program(path, loss, fastest, lambda, their.tolerance);
  const other = [python, ['-c', line]] as const;
  const turns = Array.from({ length: repetitions }, () => [spent(node), spent(other)] as const);
  return {
    title,
    method,
    peer: fastest,
    ours: median(turns.map(([own]) => own)),
    theirs: median(turns.map(([, peer]) => peer)),
    later: median(turns.map(([own, peer]) => own - peer)),
  };
}

function program(path: string, loss: string, peer: string, lam: number, tol: number): string {
  const here = join(root, 'test/bench/peers');
  return [
    `import sys; sys.path.insert(0, ${JSON.stringify(here)})`,
    'import numpy as np',
    'from solvers import peers',
    `a = np.load(${JSON.stringify(path)})`,
    `m = peers["${loss}"]["${peer}"][0](${lam}, ${tol}, len(a["y"]))`,
    'm.fit(a["X"], a["y"])',
    'print(m.coef_)',
  ].join('\n');
}

function spent([command, words]: readonly [string, readonly string[]]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, [...words], { env: oneThread, encoding: 'utf8' });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${command}: ${stderr.slice(-500)}`);
  return ms;
}
