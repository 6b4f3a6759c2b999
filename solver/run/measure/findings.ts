import type {
  Batch,
  Measure,
  Reading,
  Sight,
  Suspicion,
  Verdict,
  Watcher,
} from '../../core/diagnostic.ts';
import type { Entry, MethodPart, Proposal } from '../../core/method.ts';
import type { Block, Problem } from '../../core/problem.ts';
import type { Finding } from '../../wire/run.ts';

/** A verdict that is on, with its thresholds. */
export interface Judged {
  readonly verdict: Verdict;
  readonly method: MethodPart;
  readonly options: Readonly<Record<string, number>>;
}

interface Watched {
  readonly finding: string;
  readonly watcher: Watcher;
  /** Places of what it needs among the values of a row. */
  readonly places: readonly number[];
  readonly values: Float64Array;
}

/** One that looks at each update. */
type Mover = Watched & { readonly watcher: Required<Pick<Watcher, 'moved'>> };

const NONE: readonly Finding[] = [];

/** The watchers of a run: shown each update and each sweep's end, they tell the findings. */
export class Watchers {
  readonly #watched: readonly Watched[];
  readonly #movers: readonly Mover[];
  /** The entry and the measures of each update of a batch in turn. */
  #single: Entry | null = null;
  #row = new Float64Array(0);
  readonly #sight: { -readonly [K in keyof Sight]: Sight[K] };

  /** `place`: where the value of a measure stands among those of a row. */
  constructor(problem: Problem, judged: readonly Judged[], place: (measure: Measure) => number) {
    const watched = judged.map(({ verdict, method, options }) => {
      const watcher = verdict.create(problem, options, method);
      const places = watcher.needs.map(place);
      return {
        finding: verdict.finding,
        watcher,
        places,
        values: new Float64Array(places.length),
      };
    });
    // What raises suspicions is asked first, so that the others know of this update's.
    const suspects = ({ watcher }: Watched): boolean => watcher.suspicion !== undefined;
    this.#watched = [...watched.filter(suspects), ...watched.filter(one => !suspects(one))];
    this.#movers = this.#watched.filter((one): one is Mover => one.watcher.moved !== undefined);
    this.#sight = {
      k: 0,
      entry: null as unknown as Entry,
      values: new Float64Array(0),
      suspicion: () => this.suspicion,
    };
  }

  /** The run begins at F, or an edit left it there. */
  begun(k: number, F: number): void {
    for (const { watcher } of this.#watched) watcher.begun?.(k, F);
  }

  /** A block's part of update k was made; its measures stand in `row` from `from` on. */
  moved(k: number, entry: Entry, row: Float64Array, from: number): readonly Finding[] {
    const sight = this.#sight;
    sight.k = k;
    sight.entry = entry;
    let found = NONE;
    for (let w = 0; w < this.#movers.length; w++) {
      const { finding, watcher, places, values } = this.#movers[w]!;
      for (let i = 0; i < places.length; i++) values[i] = row[from + places[i]!]!;
      sight.values = values;
      const told = watcher.moved(sight);
      if (told) found = [...found, { k, name: finding, ...told }];
    }
    return found;
  }

  /**
   * The same for the updates of a batch, one after the other, up to the first with a finding that ends it; `columns` hold their
   * measures. How many were looked at, and what was found.
   */
  batched(
    { k, sweep, count, problem }: Batch,
    columns: readonly Float64Array[],
    ends: (finding: string) => boolean,
  ): { readonly count: number; readonly found: readonly Finding[] } {
    this.#single ??= entryOf(problem);
    const entry = this.#single;
    const { value, delta } = entry.moves[0]!;
    if (this.#row.length !== columns.length) this.#row = new Float64Array(columns.length);
    const row = this.#row;
    let found = NONE;
    for (let u = 0; u < count; u++) {
      const b = sweep.order[u]!;
      entry.block = problem.blocks[b] as Block;
      entry.stepSize = sweep.step[b]!;
      value[0] = sweep.value[u]!;
      delta[0] = sweep.delta[u]!;
      for (let i = 0; i < row.length; i++) row[i] = columns[i]![u]!;
      const more = this.moved(k + u + 1, entry, row, 0);
      if (more.length === 0) continue;
      found = [...found, ...more];
      if (more.some(({ name }) => ends(name))) return { count: u + 1, found };
    }
    return { count, found };
  }

  sweepEnded(k: number, reading: Reading): readonly Finding[] {
    let found = NONE;
    for (const { finding, watcher } of this.#watched) {
      const told = watcher.sweepEnded?.(k, reading);
      if (told) found = [...found, { k, name: finding, ...told }];
    }
    return found;
  }

  /** What may be the cause of whatever goes wrong now. */
  get suspicion(): Suspicion | null {
    for (let w = 0; w < this.#watched.length; w++) {
      const suspicion = this.#watched[w]!.watcher.suspicion?.();
      if (suspicion) return suspicion;
    }
    return null;
  }

  /** Each watcher goes on with the very memory of its like, which is not used any more. */
  takeOver(other: Watchers): void {
    for (const [i, { watcher }] of this.#watched.entries())
      watcher.memory = other.#watched[i]!.watcher.memory;
  }

  /** A copy of what the watchers know, by finding. */
  get memory(): unknown {
    return structuredClone(
      Object.fromEntries(this.#watched.map(({ finding, watcher }) => [finding, watcher.memory])),
    );
  }

  set memory(memory: unknown) {
    const known = structuredClone(memory) as Readonly<Record<string, unknown>>;
    for (const { finding, watcher } of this.#watched) watcher.memory = known[finding];
  }
}

/** An entry of an update that a sweep made, of one coordinate in the Euclidean norm. */
function entryOf({ blocks }: Problem): Entry {
  const move = { point: '', value: new Float64Array(1), delta: new Float64Array(1) };
  return {
    block: blocks[0] as Block,
    gradient: new Float64Array(1),
    exact: true,
    batch: null,
    stepSize: Number.NaN,
    tried: false,
    moves: [move],
    writes: [],
    marks: [],
  };
}

/** The first non-finite value: which term of which block. */
export function nonfinite(
  k: number,
  block: Block,
  term: string,
  value: number,
  hint: string,
): Finding {
  return {
    k,
    name: 'nonfinite',
    block: block.name,
    text: `The ${term} of ${block.name} is ${value} at step ${k}.${hint}`,
    evidence: { term, value: String(value) },
  };
}

/** The first term of the proposal that is not a finite number: gradient, step size, new value. */
export function firstNonfinite(k: number, { entries }: Proposal): Finding | null {
  for (let e = 0; e < entries.length; e++) {
    const found = inEntry(k, entries[e]!);
    if (found) return found;
  }
  return null;
}

function inEntry(k: number, { block, gradient, stepSize, moves }: Entry): Finding | null {
  let at = firstIn(gradient, block.size);
  if (at >= 0) return refuse(k, block, coordinate('gradient', block, at), gradient[at]!);
  if (stepSize === Number.POSITIVE_INFINITY) return refuse(k, block, 'step size', stepSize);
  for (let m = 0; m < moves.length; m++) {
    const { value } = moves[m]!;
    at = firstIn(value, block.size);
    if (at >= 0) return refuse(k, block, coordinate('new value', block, at), value[at]!);
  }
  return null;
}

function firstIn(values: Float64Array, size: number): number {
  for (let i = 0; i < size; i++) if (!Number.isFinite(values[i]!)) return i;
  return -1;
}

function refuse(k: number, block: Block, term: string, value: number): Finding {
  return nonfinite(k + 1, block, term, value, ' The update is not made.');
}

function coordinate(term: string, block: Block, i: number): string {
  return block.size === 1 ? term : `${term} in coordinate ${block.coordinates[i] ?? i}`;
}
