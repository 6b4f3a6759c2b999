import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { type Draw, stream } from '../core/random.ts';
import type { ModuleScope } from './compile.ts';

/** What user code printed. */
export type Output = (category: 'stdout' | 'stderr', text: string) => void;

/** The globals of a module, and `restart`, which is called before each call of a user function. */
export interface SeededScope extends ModuleScope {
  /** Restarts the random stream of the functions, so that a call's value depends on its arguments and the seed alone. */
  restart(): void;
}

/**
 * `Math.random` drawn from the seed: one stream while the module is loaded, and another that every call of a user
 * function begins at its first number. A random number in `value` is thus the same in `gradient` and in a replay.
 */
export function seededScope(seed: number, output: Output): SeededScope {
  let draw: Draw | null = stream(seed, 'module');
  const random = (): number => {
    draw ??= stream(seed, 'function');
    return draw();
  };
  return {
    // Math as prototype: its functions stay those that the compiler inlines.
    Math: Object.create(Math, { random: { value: random } }) as typeof Math,
    console: new Console({
      stdout: sink(text => output('stdout', text)),
      stderr: sink(text => output('stderr', text)),
      colorMode: false,
    }),
    restart() {
      draw = null;
    },
  };
}

function sink(write: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      write(String(chunk));
      done();
    },
  });
}
