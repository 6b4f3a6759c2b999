import { basename } from 'node:path';
import { inspect } from 'node:util';
import { printable } from '../core/words.ts';

/** The function of a module that was called; `module`: its top-level code, during loading. */
export type Term = 'module' | 'value' | 'gradient' | 'lipschitz' | 'hessianVector' | 'rowGradient';

/** User code threw, or returned an unusable value. The engine turns it into the finding `userError` at its step. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly block: string | null;
  readonly term: Term;
  /** Message and frames of the user's own files: `at name (file:line)`. */
  override readonly stack: string;
  /** It reached for what runs beside it, which no point of the problem makes right. */
  readonly isEscape: boolean;

  constructor(
    term: Term,
    block: string | null,
    message: string,
    stack: string,
    isEscape: boolean = false,
  ) {
    super(message);
    this.isEscape = isEscape;
    this.term = term;
    this.block = block;
    this.stack = stack;
  }
}

/** User code called what would end the solver, or what is the solver's own. */
export class Escape extends Error {
  constructor(call: string) {
    super(`${call} was called; a problem module cannot end the solver or speak for it`);
    this.name = 'Error';
  }
}

/** An escape, or a change of what is locked: V8's sentences of a property or an object that cannot be changed. */
function isEscape(reason: unknown): boolean {
  if (reason instanceof Escape) return true;
  const locked =
    /^Cannot (assign to read only|add|redefine|delete|define) property|is not extensible$/;
  return reason instanceof TypeError && locked.test(reason.message);
}

/** What user code threw, as a UserError. `files`: those of the user's, the module first. */
export function thrown(
  reason: unknown,
  term: Term,
  block: string | null,
  files: ReadonlySet<string>,
): UserError {
  const said = sentenceOf(reason);
  const frames = looked<readonly Frame[]>(
    () => (reason instanceof Error ? userFrames(reason.stack ?? '', files) : []),
    [],
  );
  const [module] = files;
  const [first] = frames;
  const file = first === undefined || first.file === module ? '' : ` of ${basename(first.file)}`;
  const where = first === undefined ? '' : ` at line ${first.line}${file}`;
  const message = `${callOf(term, block)} threw${where}: ${said}`;
  const stack = [said, ...frames.map(textOf)].join('\n');
  return new UserError(
    term,
    block,
    message,
    stack,
    looked(() => isEscape(reason), false),
  );
}

/** `gradient of block "slope"`, `value`: the function as sentences name it. */
export function callOf(term: Term, block: string | null): string {
  if (term === 'module') return 'the module';
  return block === null ? term : `${term} of block "${printable(block)}"`;
}

interface Frame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/** The frames of a V8 stack that lie in these files. Columns are left out: stripping types moves them. */
export function userFrames(stack: string, files: ReadonlySet<string>): readonly Frame[] {
  return stack.split('\n').flatMap(row => {
    const match =
      /^\s+at (?:(.*?) \()?(?:file:\/\/)?(.+?):(\d+)(?::\d+)?\)?$/.exec(row) ??
      /^()(.+?):(\d+)$/.exec(row);
    if (match === null) return [];
    const [, name = '', file = '', line = ''] = match;
    // V8 names what a function was called on; `Object` says nothing.
    return files.has(file)
      ? [{ name: name.replace(/^Object\./, ''), file, line: Number(line) }]
      : [];
  });
}

function textOf({ name, file, line }: Frame): string {
  return name === '' ? `    at ${file}:${line}` : `    at ${name} (${file}:${line})`;
}

/** What is shown of a value that was thrown in place of an error, in characters. */
const SHOWN = 160;

/**
 * One line: `RangeError: Maximum call stack size exceeded`, or the value that was thrown in place of an error, as Node shows
 * it and shortened.
 */
export function sentenceOf(reason: unknown): string {
  return looked(() => {
    if (reason instanceof Error) return `${reason.name}: ${reason.message}`.split('\n')[0]!;
    if (typeof reason === 'string') return printable(reason, SHOWN);
    const shown = inspect(reason, {
      compact: true,
      breakLength: Number.POSITIVE_INFINITY,
      customInspect: false,
    });
    return printable(shown, SHOWN);
  }, 'a value that cannot be printed');
}

/** What a look at a thrown value gives; `otherwise` where the value throws again: its properties may be code of the user's. */
function looked<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
