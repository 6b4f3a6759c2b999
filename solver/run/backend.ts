import type { Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';
import { jsKernels, type Kernels } from '../kernels/index.ts';
import { missing, wasmKernels } from '../kernels/wasm/index.ts';

/** The backend of a run, resolved once at its start and recorded with it. */
export interface Backend {
  readonly kernels: Kernels;
  /** What computes. */
  readonly name: Kernels['name'] | 'gpu';
  /** One sentence: why this backend was chosen. */
  readonly reason: string;
}

/** Plain loops. */
export const jsBackend: Backend = {
  kernels: jsKernels,
  name: 'js',
  reason: 'The configuration names it.',
};

/** The processor’s backend of a name that the configuration accepts; a device may be added to it. A module computes by itself. */
export function chooseBackend(name: string, isModule: boolean): Backend | Refusal {
  if (name === 'js') return jsBackend;
  if (isModule) {
    const reason = 'A problem module computes with its own functions.';
    const accepted = 'auto, js';
    if (name === 'auto') return { ...jsBackend, reason };
    return refuse(
      'backend',
      name,
      'does not apply to a problem module, which computes with its own functions',
      accepted,
    );
  }
  const why = missing();
  if (why === null) {
    const reason =
      name !== 'wasm'
        ? 'SIMD loops in WebAssembly, float64, to the same bits as plain ones.'
        : 'The configuration names it.';
    return { kernels: wasmKernels(), name: 'wasm', reason };
  }
  if (name !== 'wasm')
    return { kernels: { ...jsKernels }, name: 'js', reason: `Plain loops: ${why}.` };
  return refuse('backend', name, `cannot be had: ${why}`, 'auto, js');
}

/** The backend as it turned out once the problem was built. */
export function settledBackend(backend: Backend, asked: string): Backend | Refusal {
  const { trouble } = backend.kernels;
  if (trouble === null) return backend;
  if (asked !== 'wasm') return { ...backend, name: 'js', reason: `Plain loops: ${trouble}.` };
  return refuse('backend', asked, `cannot be had: ${trouble}`, 'auto, js');
}
