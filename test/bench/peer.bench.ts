// The lasso on 1,000 × 5,000 beside compiled solvers, to the same duality gap; skipped where they are not installed.
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../scripts/lib/root.mjs';
import { childRun, type Measured, measure } from '../support/bench.ts';
import { temporaryFolder } from '../support/machine.ts';
import { asNpy, lassoData } from './lassoData.ts';

const python = join(root, 'test/bench/.venv/bin/python');
const repetitions = 5;
const lambdas = [0.1, 0.01];
const peers = ['celer', 'sklearn'] as const;

interface Fit {
  readonly version: string;
  readonly seconds: number;
  readonly gap: number;
}

measure(async () => {
  if (!existsSync(python)) {
    return 'The lasso beside celer and scikit-learn: test/bench/.venv does not exist (README).';
  }
  const folder = temporaryFolder();
  const data = join(folder, 'lasso.npy');
  writeFileSync(data, asNpy(lassoData()));
  const peer = startPeer(data);
  try {
    const rows: Measured[] = [];
    for (const share of lambdas) rows.push(...(await compare(data, share, peer.solve)));
    return rows;
  } finally {
    peer.end();
  }
});

/** Blockstep and the other solver in turn, to a gap of 1e-6 of F at 0. */
async function compare(
  data: string,
  share: number,
  solve: (solver: string, lam: number, gap: number) => Promise<Fit>,
): Promise<Measured[]> {
  const times: Record<string, number[]> = {};
  const versions: Record<string, string> = { blockstep: '' };
  const note = (name: string, seconds: number) => {
    times[name] ??= [];
    times[name].push(seconds * 1000);
  };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const problemOptions = { lambda: `${share}*max`, intercept: false };
    const stopWhen = { relativeGap: 1e-6 };
    const run = await childRun({ problem: 'lasso', data, problemOptions, stopWhen });
    const start = performance.now();
    const stop = await run.resume({ kind: 'end' });
    note('blockstep', (performance.now() - start) / 1000);
    if (stop.reason !== 'converged') throw new Error(stop.text);
    const { history, info } = run.session;
    const gap = 1e-6 * Math.abs(history.series('objective', null).high[0]!);
    run.dispose();
    for (const name of peers) {
      const found = await solve(name, info!.parameters['lambda'] as number, gap);
      if (!(found.gap <= 2 * gap)) throw new Error(`${name} stopped at a gap of ${found.gap}`);
      versions[name] = ` ${found.version}`;
      note(name, found.seconds);
    }
  }
  return ['blockstep', ...peers].map(name => ({
    title: `lasso 1,000 × 5,000, λ = ${share} max, to a relative gap of 1e-6: ${name}${versions[name]}`,
    unit: 'ms',
    values: times[name]!,
  }));
}

/** A process that answers line by line. */
function startPeer(data: string) {
  const child = spawn(python, [join(root, 'test/bench/peer.py'), data], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async solve(solver: string, lam: number, gap: number): Promise<Fit> {
      child.stdin.write(`${JSON.stringify({ solver, lam, gap })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error('the peer ended');
      return JSON.parse(value) as Fit;
    },
    end: () => child.stdin.end(),
  };
}
