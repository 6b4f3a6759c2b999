import { open } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { DebugConfiguration } from 'vscode';
import type { Catalog } from '../../solver/config/catalog.ts';
import { debugType } from '../manifest.ts';

/** The answers so far. */
export interface Answers {
  readonly problem: string;
  readonly data: string | null;
  readonly target: string | null;
  readonly method: string;
  readonly ordering: string;
  /** Also write the configuration to launch.json. */
  readonly save: boolean;
}

/** Before the first question. */
export const noAnswers: Answers = {
  problem: '',
  data: null,
  target: null,
  method: 'pccd',
  ordering: 'cyclic',
  save: false,
};

/** The launch configuration of the answers, without defaults. */
export function configurationFor(catalog: Catalog, answers: Answers): DebugConfiguration {
  const { problem, data, target, method, ordering } = answers;
  const title = catalog.problems.find(({ name }) => name === problem)?.title ?? fileName(problem);
  return {
    type: debugType,
    request: 'launch',
    name: data === null ? title : `${title} on ${fileName(data)}`,
    problem,
    ...(data === null ? {} : { data }),
    ...(target === null ? {} : { target }),
    method,
    ordering,
    stopOnEntry: true,
  };
}

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** One question of a series. `ask` returns the state with the answer in it, or where to go instead. */
export interface Step<S> {
  /** Is the question asked at all, given the answers so far? */
  readonly applies: (state: S) => boolean;
  readonly ask: (state: S, place: readonly [number, number]) => Promise<S | 'back' | 'closed'>;
}

/**
 * Asks the questions that apply, one after the other, with a way back. Each question starts from the answers before it,
 * so that going back and choosing otherwise leaves nothing of the first choice. Null when the person closed it.
 */
export async function askAll<S>(first: S, steps: readonly Step<S>[]): Promise<S | null> {
  const asked: { readonly index: number; readonly state: S }[] = [];
  let index = 0;
  let state = first;
  while (true) {
    while (index < steps.length && !steps[index]!.applies(state)) index++;
    if (index === steps.length) return state;
    const left = steps.slice(index).filter(step => step.applies(state)).length;
    const answer = await steps[index]!.ask(state, [asked.length + 1, asked.length + left]);
    if (answer === 'closed') return null;
    if (answer === 'back') {
      const before = asked.pop();
      if (before === undefined) return null;
      ({ index, state } = before);
    } else {
      asked.push({ index, state });
      state = answer;
      index++;
    }
  }
}

/** The header of a csv file, from its first bytes. Null where it cannot be read. */
export async function csvHeader(path: string): Promise<readonly string[] | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256 * 1024), 0);
    return headerOf(buffer.subarray(0, bytesRead).toString('utf8'));
  } finally {
    await file.close();
  }
}

/** The names in the first line of csv text; null for a text without one. */
export function headerOf(text: string): readonly string[] | null {
  const names = parse(text.slice(0, text.search(/\r?\n|$/)), { bom: true, trim: true })[0];
  return names === undefined || names.length < 2 ? null : names;
}

/** `120` is step 120; `+10` and `-10` start from where the run stands. Null for anything else. */
export function parseStep(text: string, k: number): number | null {
  const trimmed = text.trim().replace('−', '-');
  if (!/^[+-]?\d{1,12}$/.test(trimmed)) return null;
  const relative = trimmed.startsWith('+') || trimmed.startsWith('-');
  const step = (relative ? k : 0) + Number(trimmed);
  return step >= 0 ? step : null;
}

/** The step size in the text; null for an empty text (the step rule decides), undefined for anything else. */
export function parseStepSize(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Names separated by commas; the names may hold spaces. */
export function namesIn(text: string): string[] {
  return text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
}

/** `my ridge` becomes `my-ridge.ts`; null for a name without a letter or digit. */
export function fileNameFor(name: string): string | null {
  const plain = name
    .trim()
    .replaceAll(/[^\p{L}\p{N}_]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? null : `${plain}.ts`;
}
