import type { DebugConfiguration } from 'vscode';
import type { Catalog } from '../../../solver/config/catalog.ts';
import { debugType } from '../../manifest.ts';

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

/** The launch configuration that says what was answered, and nothing that is a default. */
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
