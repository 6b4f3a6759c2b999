import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { graphicsPackage } from '../../config/graphicsPackage.ts';
import type { Refusal } from '../../core/part.ts';
import type { Poll, Problem } from '../../core/problem.ts';
import { formatNumber, refuse } from '../../core/words.ts';
import { Device } from '../../device/device.ts';
import { CheckedProducts } from '../../kernels/checkedProducts.ts';
import type { DenseMatrix } from '../../kernels/columns.ts';
import { Lost } from '../../kernels/products.ts';
import type { Backend } from '../backend.ts';
import { type Probed, probe } from './probe.ts';

/** Entries of X from which `auto` tries a device: below, the processor takes less time for a product than a device is asked in. */
const WORTH = 4_194_304;
/** How much faster than the processor a device must be for `auto` to take it. */
const GAIN = 1.2;

const REMEDY = `"${graphicsPackage.install}" in the project’s folder brings it (${graphicsPackage.size}), and the command "Blockstep: Install GPU Support" runs that`;

interface Surroundings {
  /** The project's folder. */
  readonly cwd: string;
  readonly poll: Poll;
  readonly progress: (text: string, fraction: number | null) => void;
  readonly again?: boolean;
}

/** The backend with a device where one is asked for, or for `auto` where it is worth it; a refusal where it was asked for and cannot be had. */
export async function withDevice(
  backend: Backend,
  asked: string,
  problem: Problem,
  around: Surroundings,
): Promise<Backend | Refusal> {
  if (asked !== 'gpu' && asked !== 'auto') return backend;
  const without = (why: string): Backend | Refusal =>
    asked === 'gpu' && around.again !== true
      ? refuse('backend', 'gpu', `cannot be had: ${why}`, 'auto, js, wasm')
      : { ...backend, reason: `${backend.reason} No GPU: ${why}.` };
  const X = problem.device?.X;
  if (asked === 'auto' && (X?.kind !== 'dense' || X.values.length < WORTH)) return backend;
  if (!X) return without(`${problem.name} is not computed from a table of samples`);
  if (X.kind === 'sparse') return without('it takes dense data, and these are sparse');
  const path = packageFile(around.cwd);
  if (path === null) return without(`the package webgpu is not installed; ${REMEDY}`);
  around.progress('Opening the graphics device', null);
  const device = await Device.open(path, around.poll, join(__dirname, 'device.js'));
  if (typeof device === 'string') return without(device);
  const why = (text: string): Backend | Refusal => {
    device.give('it was not taken');
    return without(`${device.device}: ${text}`);
  };
  try {
    around.progress('Moving the data to the graphics device', null);
    const trouble = device.hold(X);
    if (trouble !== null) return why(trouble);
    const found = probe(device, X, backend.kernels);
    if (!found.right) return why(`a product is off by ${offOf(found)}, more than float32 explains`);
    if (asked === 'auto' && found.device * GAIN > found.processor) return why(timesOf(X, found));
    backend.kernels.products = new CheckedProducts(device, X);
    const reason = `${device.device} by gpu.js in mode webgpu, float32: ${timesOf(X, found)}, right to ${offOf(found)}.`;
    return { ...backend, name: 'gpu', reason };
  } catch (error) {
    if (error instanceof Lost) return why(error.message);
    throw error;
  }
}

function offOf({ off }: Probed): string {
  return off.toExponential(1);
}

function timesOf({ rows, columns }: DenseMatrix, { device, processor }: Probed): string {
  return `Xᵀv of ${rows} × ${columns} took ${formatNumber(device)} ms, and ${formatNumber(processor)} on the processor`;
}

/** The package webgpu, installed beside this program or in the project; null: neither. */
export function packageFile(cwd: string): string | null {
  for (const folder of [resolve(cwd), __dirname]) {
    try {
      return createRequire(join(folder, 'index.js')).resolve(graphicsPackage.name);
    } catch {
      // Not here.
    }
  }
  return null;
}
