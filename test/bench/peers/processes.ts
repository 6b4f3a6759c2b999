// The two kinds of process that are measured, each asked one thing at a time and ended when an answer takes too long.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../../scripts/lib/root.mjs';
import type { Asked, Solved } from './ours.ts';

export const python = join(root, 'test/bench/.venv/bin/python');

/** One thread for whatever Python computes with. */
export const oneThread = {
  ...process.env,
  ...Object.fromEntries(
    ['OMP', 'MKL', 'OPENBLAS', 'NUMBA'].map(name => [`${name}_NUM_THREADS`, '1']),
  ),
};

/** An answer did not come within its time, and the process was ended. */
export class TooSlow extends Error {}

/** A process that is asked one thing at a time; it is started by the first. */
abstract class Asking<Question extends object> {
  #child: ChildProcess | null = null;
  #settle: { resolve(answer: object): void; reject(error: Error): void } | null = null;

  protected abstract start(answered: (answer: object) => void): ChildProcess;
  protected abstract send(child: ChildProcess, question: Question): void;

  /** Is there no process that could answer? */
  get ended(): boolean {
    return this.#child === null;
  }

  async ask<Answer extends object>(question: Question, seconds = 600): Promise<Answer> {
    const child = this.#child ?? this.#begin();
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<object>((resolve, reject) => {
        this.#settle = { resolve, reject };
        timer = setTimeout(() => reject(new TooSlow(`no answer in ${seconds} s`)), seconds * 1000);
        this.send(child, question);
      });
      if ('error' in answer) throw new Error(String(answer.error));
      return answer as Answer;
    } catch (error) {
      if (error instanceof TooSlow) this.end();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #begin(): ChildProcess {
    const child = this.start(answer => this.#settle?.resolve(answer));
    const gone = () => {
      // One that was ended here may go while the next one is asked already.
      if (this.#child !== child) return;
      this.#child = null;
      this.#settle?.reject(new Error('the process ended'));
    };
    child.once('error', gone).once('exit', gone);
    this.#child = child;
    return child;
  }
}

export class Ours extends Asking<Asked> {
  protected start(answered: (answer: object) => void): ChildProcess {
    const child = fork(join(__dirname, 'ours.js'));
    return child.on('message', answered);
  }

  protected send(child: ChildProcess, question: Asked): void {
    child.send(question);
  }

  solve(solve: Asked & { ask: 'solve' }): Promise<Solved> {
    return this.ask<Solved>(solve, (solve.solve.limit + 10) * solve.repeat + 60);
  }
}

/** serve.py. */
export class Theirs extends Asking<{ readonly ask: string }> {
  protected start(answered: (answer: object) => void): ChildProcess {
    const program = join(root, 'test/bench/peers/serve.py');
    const child = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'], env: oneThread });
    createInterface(child.stdout).on('line', line => answered(JSON.parse(line)));
    return child;
  }

  protected send(child: ChildProcess, question: object): void {
    child.stdin!.write(`${JSON.stringify(question)}\n`);
  }
}
