import type { Block } from '../core/problem.ts';
import type { Numbers, ProblemSpec } from './index.ts';
import { callOf, type Term, thrown, UserError } from './userError.ts';

/** A module's specification after validation, block names as plain strings. */
export type Spec = ProblemSpec<Readonly<Record<string, number>>>;

/** Called when user code is entered and left, so that a function that does not return can be named. */
export interface Watch {
  enter(term: Term, block: string | null): void;
  leave(): void;
  /** It reached for what runs beside it: told here because a check or a look lets a throw pass. */
  escaped?(error: UserError): void;
  /** A module is about to be loaded. */
  loading?(): void;
}

/** What user functions are called with. */
export interface CallContext {
  readonly blocks: readonly Block[];
  readonly size: number;
  readonly files: ReadonlySet<string>;
  /** Where a function stands, as a line of a stack; '' where it is not known. */
  readonly frame: (term: Term) => string;
  readonly restart: () => void;
  readonly watch: Watch;
}

/**
 * A module's functions over plain vectors. Each call sees a copy of x, so the module cannot move the iterate; what it
 * returns is checked and copied. Throws UserError where it throws or returns the wrong shape; NaN is a value.
 */
export interface UserFunctions {
  value(x: Float64Array): number;
  /** out[0…d) = ∇_b f(x). */
  gradient(x: Float64Array, block: Block, out: Float64Array): void;
  readonly lipschitz: ((x: Float64Array, block: Block) => number) | null;
  /** out[0…d) = ∇²_bb f(x) v. */
  readonly hessianVector:
    | ((x: Float64Array, block: Block, v: Float64Array, out: Float64Array) => void)
    | null;
  /** out[0…d) = the mean of ∇_b f_i(x) over the rows. */
  readonly rowsGradient:
    | ((x: Float64Array, block: Block, rows: Int32Array, out: Float64Array) => void)
    | null;
  /** The error of a function that returned what is no use: `rowGradient of block "slope" ${what}`. */
  unusable(term: Term, block: Block | null, what: string): UserError;
}

export function userFunctions(spec: Spec, context: CallContext): UserFunctions {
  const { blocks, size } = context;
  const point = new Float64Array(size);
  const views = viewsOf(point, blocks);
  const direction = new Float64Array(size);
  const directionViews = viewsOf(direction, blocks);

  const call = <T>(term: Term, block: Block | null, run: () => T): T => {
    const name = block?.name ?? null;
    context.restart();
    context.watch.enter(term, name);
    try {
      return run();
    } catch (reason) {
      const error = thrown(reason, term, name, context.files);
      if (error.isEscape) context.watch.escaped?.(error);
      throw error;
    } finally {
      context.watch.leave();
    }
  };
  const wrong = (term: Term, block: Block | null, what: string): UserError => {
    const message = `${callOf(term, block?.name ?? null)} ${what}`;
    return new UserError(term, block?.name ?? null, message, message + context.frame(term));
  };
  const copy = (term: Term, block: Block, returned: unknown, out: Float64Array): void => {
    const fault = faultOf(returned, block.size);
    if (fault !== null) throw wrong(term, block, fault);
    out.set(returned as Numbers);
  };

  const { lipschitz, hessianVector, rowGradient } = spec;
  return {
    unusable: wrong,
    value(x) {
      point.set(x);
      const returned: unknown = call('value', null, () => spec.value(views));
      if (typeof returned !== 'number') {
        throw wrong('value', null, `returned ${described(returned)}; return one number`);
      }
      return returned;
    },
    gradient(x, block, out) {
      point.set(x);
      copy(
        'gradient',
        block,
        call('gradient', block, () => spec.gradient(views, block.name)),
        out,
      );
    },
    lipschitz:
      lipschitz === undefined
        ? null
        : (x, block) => {
            point.set(x);
            const L: unknown = call('lipschitz', block, () => lipschitz(views, block.name));
            if (typeof L === 'number' && L > 0 && L < Number.POSITIVE_INFINITY) return L;
            throw wrong('lipschitz', block, `returned ${described(L)}; return a number above 0`);
          },
    hessianVector:
      hessianVector === undefined
        ? null
        : (x, block, v, out) => {
            point.set(x);
            direction.fill(0);
            direction.set(v.subarray(0, block.size), block.start);
            const returned: unknown = call('hessianVector', block, () =>
              hessianVector(views, directionViews, block.name),
            );
            copy('hessianVector', block, partOf(returned, block.name), out);
          },
    rowsGradient:
      rowGradient === undefined
        ? null
        : (x, block, rows, out) => {
            point.set(x);
            const row = new Float64Array(block.size);
            out.fill(0, 0, block.size);
            for (const i of rows) {
              const returned = call('rowGradient', block, () => rowGradient(views, block.name, i));
              copy('rowGradient', block, returned, row);
              for (let j = 0; j < block.size; j++) out[j] = out[j]! + row[j]!;
            }
            for (let j = 0; j < block.size; j++) out[j] = out[j]! / rows.length;
          },
  };
}

/** One view a block of a vector: shares its memory. */
function viewsOf(
  vector: Float64Array,
  blocks: readonly Block[],
): Readonly<Record<string, Float64Array>> {
  return Object.freeze(
    Object.fromEntries(
      blocks.map(({ name, start, size }) => [name, vector.subarray(start, start + size)]),
    ),
  );
}

/** The asked-for block of a full product, or the product itself where only that block was returned. */
function partOf(returned: unknown, block: string): unknown {
  const isRecord = typeof returned === 'object' && returned !== null && !isNumbers(returned);
  return isRecord ? (returned as Record<string, unknown>)[block] : returned;
}

function isNumbers(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** What is wrong with the numbers that were returned for a block of d coordinates; null: nothing. */
function faultOf(returned: unknown, d: number): string | null {
  const remedy = `return ${d === 1 ? 'one number in an array' : `an array of ${d} numbers`}`;
  if (!isNumbers(returned)) return `returned ${described(returned)}; ${remedy}`;
  if (returned.length !== d) {
    return `returned ${returned.length} ${returned.length === 1 ? 'number' : 'numbers'}; ${remedy}`;
  }
  if (returned instanceof Float64Array) return null;
  for (let i = 0; i < d; i++) {
    if (typeof returned[i] !== 'number') {
      return `returned ${described(returned[i])} at index ${i}; ${remedy}`;
    }
  }
  return null;
}

/** A returned value in words: `undefined`, `the text "a"`, `a Promise`, `an array`. */
function described(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return `${value}`;
  if (typeof value === 'number') return `${value}`;
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`;
  if (typeof value === 'object' && 'then' in value) {
    return 'a Promise (a module’s functions must return their value at once, without async)';
  }
  if (Array.isArray(value)) return 'an array';
  return `a value of type ${typeof value}`;
}
