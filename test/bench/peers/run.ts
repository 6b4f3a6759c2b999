// All problems one after the other, what is missing told; scripts/bench-peers.mjs writes what comes back.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/root.mjs';
import { type Cold, cold, coldTitles } from './cold.ts';
import { type Compared, candidates, compare, titleOf } from './compare.ts';
import type { Case } from './contestants.ts';
import { Ours, oneThread, python, Theirs } from './processes.ts';

export interface Asked {
  /** Of a problem's title, all of which it has to hold. */
  readonly words: readonly string[];
  /** Ours that are tried; null: the candidates. */
  readonly methods: readonly string[] | null;
  readonly limit: number;
  readonly repetitions: number;
  readonly cpu: boolean;
}

interface Found {
  readonly versions: Readonly<Record<string, string>>;
  readonly problems: readonly Compared[];
  readonly cold: readonly Cold[];
  /** Sentences on what could not be had. */
  readonly missing: readonly string[];
}

const relativeGap = 1e-8;
const sets = ['diabetes', 'breastCancer', 'geneExpression', 'correlated', 'sparse'];
const losses = ['lasso', 'logistic'] as const;
const shares = [0.1, 0.01];

/** Twenty problems, or those of them whose titles hold all words. */
export async function run(asked: Asked, tell: (text: string) => void): Promise<Found> {
  const folder = join(root, 'dist-test/peers-data');
  mkdirSync(folder, { recursive: true });
  const missing: string[] = [];
  const problems: Compared[] = [];
  const started: Cold[] = [];
  const theirs = new Theirs();
  try {
    const versions = await theirs.ask<Record<string, string>>({ ask: 'versions' });
    for (const set of sets) {
      const cases = losses.flatMap(loss => shares.map(share => ({ set, loss, share })));
      const wanted = cases.filter(one =>
        asked.words.every(word => titleOf(one).split(' ').includes(word)),
      );
      if (wanted.length === 0) continue;
      const absent = write(set, folder);
      if (absent !== null) {
        tell(absent);
        missing.push(absent);
        continue;
      }
      for (const { loss, share } of wanted) {
        const path = join(folder, `${set}-${loss}.npz`);
        const found = await one(theirs, { set, loss, share, path }, asked, tell);
        problems.push(found);
        if (!coldTitles.includes(found.title) || found.ratio === null) continue;
        started.push(cold(found, path, folder, asked.repetitions));
        tell(`  cold: ${started.at(-1)!.later.toPrecision(3)} ms later`);
      }
    }
    return { versions, problems, cold: started, missing };
  } finally {
    theirs.end();
  }
}

async function one(
  theirs: Theirs,
  part: Omit<Case, 'lambda'>,
  { methods, limit, repetitions, cpu }: Asked,
  tell: (text: string) => void,
): Promise<Compared> {
  const { path, loss, share } = part;
  const question = { ask: 'load', path, loss };
  const { lambdaMax, peers } = await theirs.ask<{ lambdaMax: number; peers: string[] }>(question);
  const known = await methodsOf(path, loss);
  const offered = { peers, methods: methods ?? candidates.filter(name => known.includes(name)) };
  tell(titleOf(part));
  const problem = { ...part, lambda: share * lambdaMax };
  const found = await compare(
    theirs,
    problem,
    offered,
    { relativeGap, limit, repetitions, cpu },
    tell,
  );
  const { method, fastest, ratio, defaultsRatio } = found;
  const times = (value: number | null) => (value === null ? 'none' : `${value.toPrecision(3)}×`);
  tell(`  = ${method} / ${fastest}: ${times(ratio)}, default metrics ${times(defaultsRatio)}`);
  return found;
}

async function methodsOf(path: string, loss: string): Promise<readonly string[]> {
  const ours = new Ours();
  try {
    return (await ours.ask<{ methods: string[] }>({ ask: 'load', path, loss })).methods;
  } finally {
    ours.end();
  }
}

/** Writes the files of a data set; a sentence where it cannot be had. */
function write(set: string, folder: string): string | null {
  const program = join(root, 'test/bench/peers/data.py');
  const examples = join(root, 'examples/workspace/data');
  const { status, stdout, stderr } = spawnSync(python, [program, folder, examples, set], {
    env: oneThread,
    encoding: 'utf8',
  });
  if (status !== 0) return `${set}: its data could not be made: ${stderr.trim().slice(-300)}`;
  return (JSON.parse(stdout) as { missing?: string }).missing ?? null;
}
