import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CheckedConfig } from '../config/attributes.ts';
import { catalog } from '../config/catalog.ts';
import { readConfig, refuseLate } from '../config/check.ts';
import { isRefusal, type Refusal } from '../core/part.ts';
import {
  type Dataset,
  Interrupted,
  type Poll,
  type Problem,
  type ProblemPart,
} from '../core/problem.ts';
import { listed, printable, refuse } from '../core/words.ts';
import { bundledFile, otherKind } from '../data/file.ts';
import { loadDataset, loadMatrix } from '../data/index.ts';
import { bundledNames } from '../data/sentences.ts';
import type { Matrix } from '../kernels/columns.ts';
import type { Kernels } from '../kernels/index.ts';
import { ModuleCheck } from '../modules/check.ts';
import type { Watch } from '../modules/functions.ts';
import { registry } from '../registry.ts';
import type { Finding, RunConfig } from '../wire/run.ts';
import { chooseBackend, settledBackend } from './backend.ts';
import { withDevice } from './device/graphics.ts';
import { find, tooManyBlocks } from './fitting.ts';
import type { Declarations } from './info.ts';
import { assemble, Patience, type Recipe } from './recipe.ts';

export interface LoadContext {
  readonly poll: Poll;
  /** What is being done, and how far it is (0 … 1, or null). */
  readonly progress: (text: string, fraction: number | null) => void;
  /** What user code prints. */
  readonly output: (category: 'stdout' | 'stderr', text: string) => void;
  readonly watch?: Watch;
  /** The run was made before: a backend that cannot be had here is replaced, not refused. */
  readonly again?: boolean;
}

/** A recipe with what was found while its problem was checked. */
export interface Loaded {
  readonly recipe: Recipe;
  readonly declarations: Declarations | null;
  readonly findings: readonly Finding[];
  /** Every file the run is made from. */
  readonly files: readonly string[];
  /** What of a module's checks is left: a slow function's go on while the run is stopped. */
  readonly check: ModuleCheck | null;
}

/** The checks of a module may keep its run waiting for so long, and for one call of a function beyond it. */
const ENTRY_MS = 250;

/** Configuration → data → problem → recipe; the first thing that is wrong is a refusal, and nothing has run. */
export async function load(raw: RunConfig, given: LoadContext): Promise<Loaded | Refusal> {
  const patience = new Patience(given.poll);
  const context = { ...given, poll: patience.poll };
  const config = readConfig(raw as unknown as Record<string, unknown>, catalog);
  if (isRefusal(config)) return config;
  const asked = raw.backend ?? 'auto';
  const chosen = chooseBackend(asked, config.problem.kind === 'module');
  if (isRefusal(chosen)) return chosen;
  const built =
    config.problem.kind === 'module'
      ? await fromModule(config, context)
      : await fromPart(config, chosen.kernels, context);
  if (isRefusal(built)) return built;
  const backend = settledBackend(chosen, asked);
  if (isRefusal(backend)) return backend;
  const { problem } = built;
  const tooMany = tooManyBlocks(problem, config);
  if (tooMany) return tooMany;
  const start = await startFromFile(problem, config);
  if (isRefusal(start)) return start;
  const recipe = assemble(problem, config, patience, start, backend);
  if (isRefusal(recipe)) return recipe;
  const late = refuseLate(raw as unknown as Record<string, unknown>, config, catalog);
  if (late) return late;
  const found = await withDevice(backend, asked, problem, { ...context, cwd: config.cwd });
  if (isRefusal(found)) return found;
  // What a probe measured, or why there is no device, is said once.
  const told = found === backend ? [] : [`Backend ${found.name}: ${found.reason}`];
  const notes = [...recipe.notes, ...told];
  return {
    recipe: { ...recipe, backend: found, notes },
    declarations: built.declarations,
    findings: built.findings.filter(({ name }) => config.findings[name] !== undefined),
    files: [...built.files, ...(start ? [resolve(config.cwd, config.start as string)] : [])],
    check: built.check,
  };
}

interface Built {
  readonly problem: Problem;
  readonly declarations: Declarations | null;
  readonly findings: readonly Finding[];
  readonly files: readonly string[];
  readonly check: ModuleCheck | null;
}

async function fromModule(config: CheckedConfig, context: LoadContext): Promise<Built | Refusal> {
  if (config.problem.kind !== 'module') throw new Error('not a module');
  context.progress('Loading the problem module', null);
  const { poll, output, watch } = context;
  watch?.loading?.();
  // The parser and the compiler take as long to start as all the rest.
  const { loadModule } = await import('../modules/load.ts');
  const problem = await loadModule(config.problem.path, {
    seed: config.seed,
    poll,
    output,
    cwd: config.cwd,
    ...(watch ? { watch } : {}),
  });
  if (isRefusal(problem)) return problem;
  context.progress('Checking gradients', null);
  const check = new ModuleCheck(problem);
  const findings = firstFindings(check);
  return {
    problem,
    declarations: problem,
    findings,
    check: check.done ? null : check,
    files: problem.files,
  };
}

/** What shows before the run stands; a message that comes meanwhile is read first, and the rest is checked later. */
function firstFindings(check: ModuleCheck): readonly Finding[] {
  try {
    return check.slice(ENTRY_MS);
  } catch (error) {
    if (error instanceof Interrupted) return [];
    throw error;
  }
}

async function fromPart(
  config: CheckedConfig,
  kernels: Kernels,
  context: LoadContext,
): Promise<Built | Refusal> {
  const part = find<ProblemPart>(
    registry.problems,
    config.problem.kind === 'builtIn' ? config.problem.name : '',
  );
  const notes: string[] = [];
  const data = part.exampleData ? await readData(part, config, context, notes) : null;
  if (isRefusal(data)) return data;
  const files = await readFiles(part, config, context);
  if (isRefusal(files)) return files;
  context.progress('Building the problem', null);
  const problem = part.build({
    data,
    options: config.problemOptions,
    blocks: config.blocks,
    files: files.files,
    seed: config.seed,
    kernels,
    poll: context.poll,
  });
  if (isRefusal(problem)) return problem;
  return {
    problem: { ...problem, notes: [...notes, ...problem.notes] },
    declarations: null,
    findings: [],
    files: [...(data ? [sourceOf(part, config)] : []), ...files.paths],
    check: null,
  };
}

/** The file of the data, which may be named, or be the problem's own example. */
function sourceOf(part: ProblemPart, config: CheckedConfig): string {
  const named = config.data ?? (part.exampleData as string);
  return bundledFile(named) ?? resolve(config.cwd, named);
}

async function readData(
  part: ProblemPart,
  config: CheckedConfig,
  context: LoadContext,
  notes: string[],
): Promise<Dataset | Refusal> {
  const named = config.data ?? (part.exampleData as string);
  if (config.data === null)
    notes.push(`No data was given: ${part.name} runs on its example data, ${named}.`);
  const bundled = (bundledNames as readonly string[]).includes(named);
  const source = bundled ? named : resolve(config.cwd, named);
  return loadDataset(source, {
    target: config.target,
    poll: context.poll,
    onProgress: (read, total) =>
      context.progress(`Reading ${named}`, total > 0 ? read / total : null),
  });
}

/** The matrices that options of type `path` name. */
async function readFiles(
  part: ProblemPart,
  config: CheckedConfig,
  { poll, progress }: LoadContext,
): Promise<{ files: Record<string, Matrix>; paths: string[] } | Refusal> {
  const files: Record<string, Matrix> = {};
  const paths: string[] = [];
  for (const [name, spec] of Object.entries(part.options)) {
    const path = config.problemOptions[name];
    if (spec.type !== 'path' || typeof path !== 'string') continue;
    progress(`Reading ${path}`, null);
    const matrix = await loadMatrix(resolve(config.cwd, path), {
      poll,
      attribute: `problemOptions.${name}`,
    });
    if (isRefusal(matrix)) return matrix;
    files[name] = matrix;
    paths.push(resolve(config.cwd, path));
  }
  return { files, paths };
}

/** A start given as a JSON file of block → values; null where it is none. */
async function startFromFile(
  problem: Problem,
  config: CheckedConfig,
): Promise<Float64Array | null | Refusal> {
  const { start } = config;
  if (start === null || start === 'zeros' || start === 'ones' || start === 'random') return null;
  let read: unknown;
  const path = resolve(config.cwd, start);
  const accepted = 'zeros, ones, random, or a JSON file of block → values';
  try {
    const other = otherKind(await stat(path));
    if (other !== null) return refuse('start', start, `cannot be read (${other})`, accepted);
    read = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not valid JSON' : 'cannot be read';
    return refuse('start', start, why, accepted);
  }
  const given = (
    read !== null && typeof read === 'object' && 'x' in read ? (read as { x: unknown }).x : read
  ) as Record<string, unknown> | null;
  if (given === null || typeof given !== 'object')
    return refuse(
      'start',
      start,
      'must contain an object of block → values',
      '{"block": [values], …}',
    );
  const x0 = new Float64Array(problem.size);
  const names = new Set(problem.blocks.map(block => block.name));
  const stray = Object.keys(given).find(name => !names.has(name));
  if (stray !== undefined)
    return refuse(
      'start',
      start,
      `names the block "${printable(stray)}", which the problem does not have`,
      listed(problem.blocks.map(({ name }) => name)),
    );
  for (const block of problem.blocks) {
    const values = given[block.name];
    const fits =
      Array.isArray(values) &&
      values.length === block.size &&
      values.every(value => typeof value === 'number' && Number.isFinite(value));
    if (!fits)
      return refuse(
        'start',
        start,
        `does not give block "${printable(block.name)}" ${block.size} finite number${block.size === 1 ? '' : 's'}`,
        `"${block.name}": [${block.size} numbers]`,
      );
    x0.set(values as number[], block.start);
  }
  return x0;
}
