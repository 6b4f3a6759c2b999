// The time to one and the same gap beside compiled solvers, problem by problem; run by scripts/bench-peers.mjs.
import {
  type Attempt,
  blockstep,
  type Case,
  type Limits,
  peer,
  type Reached,
} from './contestants.ts';
import type { Theirs } from './processes.ts';

/** Ours that may be tried, those of them that there are: the best of them is timed. */
export const candidates = ['pccd', 'anderson', 'workingSet', 'proxNewton'];

export interface Times {
  readonly ms: number;
  readonly gap: number;
  readonly tolerance: number;
}

/** What was found of one problem. */
export interface Compared {
  readonly title: string;
  readonly set: string;
  readonly loss: string;
  readonly share: number;
  readonly lambda: number;
  /** The fastest of ours, without metrics and findings; null: none came to the gap. */
  readonly method: string | null;
  readonly ours: Times | null;
  /** The same method with the default metrics and findings. */
  readonly defaults: Times | null;
  readonly fastest: string | null;
  readonly peers: Readonly<Record<string, Times | { readonly slower: string }>>;
  readonly methods: Readonly<Record<string, number | { readonly slower: string }>>;
  /** Medians of the ratios of each turn, ours over the fastest peer's. */
  readonly ratio: number | null;
  readonly defaultsRatio: number | null;
}

/** A turn is so many milliseconds of solves, one solve at least. */
const TURN = 50;
/** Peers that take so many times as long as the fastest when they are tuned are not timed again. */
const FAR = 4;

export function titleOf({ set, loss, share }: Pick<Case, 'set' | 'loss' | 'share'>): string {
  return `${loss} ${set} max/${1 / share}`;
}

export async function compare(
  theirs: Theirs,
  one: Case,
  offered: { readonly peers: readonly string[]; readonly methods: readonly string[] },
  limits: Limits & { readonly repetitions: number },
  tell: (text: string) => void,
): Promise<Compared> {
  const tried: Record<string, Attempt> = {};
  for (const name of offered.peers) {
    tried[name] = await peer(theirs, name, one, limits);
    tell(`  ${name}: ${said(tried[name])}`);
  }
  const methods: Record<string, Attempt> = {};
  let best: Awaited<ReturnType<typeof blockstep>> | null = null;
  for (const method of offered.methods) {
    const found = await blockstep(theirs, method, true, one, limits);
    methods[method] = found;
    tell(`  ours, ${method}: ${said(found)}`);
    const better = timeOf(found) < timeOf(best);
    (better ? best : found)?.process.end();
    if (better) best = found;
  }
  const method = Object.keys(methods).find(name => methods[name] === best) ?? null;
  const withDefaults = method === null ? null : await blockstep(theirs, method, false, one, limits);
  if (withDefaults) tell(`  ours, ${method}, default metrics: ${said(withDefaults)}`);
  try {
    const least = Math.min(...Object.values(tried).map(timeOf));
    const contest: Record<string, Reached> = {};
    for (const [name, attempt] of Object.entries(tried))
      if (reached(attempt) && attempt.ms <= FAR * least) contest[name] = attempt;
    if (reached(best)) contest['ours'] = best;
    if (reached(withDefaults)) contest['defaults'] = withDefaults;
    const turns = await inTurn(contest, limits.repetitions);
    return {
      ...one,
      ...summary(tried, methods, method, best, withDefaults, turns),
      title: titleOf(one),
    };
  } finally {
    best?.process.end();
    withDefaults?.process.end();
  }
}

/** Milliseconds of a solve, turn by turn, of each; they alternate. */
async function inTurn(
  contest: Readonly<Record<string, Reached>>,
  repetitions: number,
): Promise<Record<string, number[]>> {
  const turns: Record<string, number[]> = {};
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [name, { ms, again }] of Object.entries(contest)) {
      const repeat = Math.min(50, Math.max(1, Math.ceil(TURN / Math.max(ms, 0.01))));
      turns[name] ??= [];
      turns[name].push(await again(repeat));
    }
  }
  return turns;
}

function summary(
  tried: Readonly<Record<string, Attempt>>,
  methods: Readonly<Record<string, Attempt>>,
  method: string | null,
  best: Attempt | null,
  withDefaults: Attempt | null,
  turns: Readonly<Record<string, readonly number[]>>,
): Omit<Compared, 'title' | 'set' | 'loss' | 'share' | 'lambda'> {
  const timed = (attempt: Attempt, name: string): Times | { slower: string } => {
    if (!reached(attempt)) return attempt;
    const { gap, tolerance } = attempt;
    return { ms: turns[name] ? median(turns[name]) : attempt.ms, gap, tolerance };
  };
  const own = (attempt: Attempt | null, name: string) =>
    reached(attempt) ? (timed(attempt, name) as Times) : null;
  const raced = Object.keys(tried).filter(name => turns[name]);
  const order = raced.sort((a, b) => median(turns[a]!) - median(turns[b]!));
  const fastest = order[0] ?? null;
  const ratio = (name: string) =>
    fastest !== null && turns[name]
      ? median(turns[name].map((ms, i) => ms / turns[fastest]![i]!))
      : null;
  return {
    method,
    ours: own(best, 'ours'),
    defaults: own(withDefaults, 'defaults'),
    fastest,
    peers: mapped(tried, timed),
    methods: mapped(methods, attempt =>
      reached(attempt) ? attempt.ms : { slower: attempt.slower },
    ),
    ratio: ratio('ours'),
    defaultsRatio: ratio('defaults'),
  };
}

function mapped<A, B>(
  from: Readonly<Record<string, A>>,
  to: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, to(value, name)]));
}

function reached(attempt: Attempt | null): attempt is Reached {
  return attempt !== null && 'ms' in attempt;
}

function timeOf(attempt: Attempt | null): number {
  return reached(attempt) ? attempt.ms : Number.POSITIVE_INFINITY;
}

function said(attempt: Attempt): string {
  if (!reached(attempt)) return attempt.slower;
  const { ms, gap, tolerance } = attempt;
  return `${ms.toPrecision(3)} ms, gap ${gap.toPrecision(2)} at ${tolerance.toPrecision(2)}`;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}
