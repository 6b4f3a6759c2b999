import * as library from 'gpu.js';

/** A result that stays on the device. */
export interface Resident {
  readonly type: string;
  delete(): void;
}
/** A result of two dimensions that came back. */
export type Rows = readonly Float32Array[];

/** A kernel of gpu.js in the mode webgpu, where every run takes time. */
export interface Kernel<Result> {
  (...given: unknown[]): Promise<Result>;
  readonly kernel: { readonly constructor: { readonly mode: string } };
  setOutput(output: readonly number[]): unknown;
  destroy(): void;
}

/** What is used of gpu.js, some of which its types leave out. */
const { GPU, input, WebGPUContext } = library as unknown as {
  readonly GPU: new (settings: {
    readonly mode: 'webgpu';
  }) => { createKernel(source: string, settings: object): Kernel<never> };
  input(numbers: Float32Array, size: readonly number[]): object;
  readonly WebGPUContext: { destroy(): Promise<void> };
};

export { input };

/** Gives back the device that all programs share: what they run from then on finds it lost. */
export const destroyDevice = (): Promise<void> => WebGPUContext.destroy();

/** gpu.js in the mode webgpu, or an error: it falls back to others without a word. */
export class Programs {
  readonly #gpu = new GPU({ mode: 'webgpu' });

  make<Result>(source: string, settings: Readonly<Record<string, unknown>>): Kernel<Result> {
    const kernel: Kernel<Result> = this.#gpu.createKernel(source, settings);
    const { mode } = kernel.kernel.constructor;
    if (mode !== 'webgpu') throw new Error(`gpu.js runs in mode ${mode} here, not in webgpu`);
    return kernel;
  }
}
