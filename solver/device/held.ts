import * as kernels from './kernels.ts';
import type { RowsOfSlab, Vectors } from './messages.ts';
import { input, type Kernel, type Programs, type Resident, type Rows } from './programs.ts';
import { PIECE, type Shape, slabRows, WIDTH } from './shape.ts';

/** A matrix on the device, and its products; w, r and what is between two products stay there. */
export class Held {
  readonly #programs: Programs;
  readonly #shape: Shape;
  readonly #vectors: Vectors;
  readonly #slabs: Resident[] = [];
  readonly #transposed: Kernel<Rows>;
  #rows: Kernel<Rows> | null = null;
  #across: Kernel<Resident> | null = null;
  #weigh: Kernel<Resident> | null = null;

  constructor(programs: Programs, shape: Shape, vectors: Vectors) {
    this.#programs = programs;
    this.#shape = shape;
    this.#vectors = vectors;
    const { stride, chunks, height } = shape;
    this.#transposed = programs.make(kernels.transposed, {
      output: [stride, chunks],
      constants: { height, quarter: height / 4 },
      argumentTypes: ['WebGPUBuffer', 'Array'],
    });
  }

  async hold(numbers: Float32Array): Promise<void> {
    const size = [this.#shape.stride, slabRows(this.#shape)];
    const upload = this.#programs.make<Resident>(kernels.hold, { output: size, pipeline: true });
    this.#slabs.push(await upload(input(numbers, size)));
    upload.destroy();
  }

  async transposed(): Promise<void> {
    const length = slabRows(this.#shape);
    const { given } = this.#vectors;
    await this.#sum(
      this.#slabs.map((a, s) => this.#transposed(a, given.slice(s * length, (s + 1) * length))),
    );
  }

  async rows(slabs: readonly RowsOfSlab[]): Promise<void> {
    this.#rows ??= this.#programs.make(kernels.rows, {
      output: [this.#shape.stride, 1],
      constants: { piece: PIECE },
      dynamicOutput: true,
      dynamicArguments: true,
    });
    const run = this.#rows;
    const parts: Promise<Rows>[] = [];
    for (const { slab, index, weights } of slabs) {
      run.setOutput([this.#shape.stride, index.length / PIECE]);
      const part = run(this.#slabs[slab], index, weights);
      parts.push(part);
      // The size of what comes back is read when it comes.
      await part;
    }
    await this.#sum(parts);
  }

  async weighted(shift: number): Promise<void> {
    const { stride } = this.#shape;
    const length = slabRows(this.#shape);
    this.#across ??= this.#programs.make(kernels.across, {
      output: [WIDTH, length],
      constants: { width: WIDTH, turns: stride / WIDTH },
      pipeline: true,
    });
    this.#weigh ??= this.#programs.make(kernels.weigh, {
      output: [length],
      constants: { width: WIDTH },
      argumentTypes: ['WebGPUBuffer', 'Array', 'Float'],
      pipeline: true,
    });
    const { given, weights } = this.#vectors;
    const v = given.slice(0, stride);
    const parts: Promise<Rows>[] = [];
    for (const [s, a] of this.#slabs.entries()) {
      const w = weights.slice(s * length, (s + 1) * length);
      const products = await this.#across(a, v);
      const u = await this.#weigh(products, w, shift);
      parts.push(this.#transposed(a, u));
    }
    await this.#sum(parts);
  }

  /** found ← the sum of all chunks in float64, in their order. */
  async #sum(parts: readonly Promise<Rows>[]): Promise<void> {
    const { found } = this.#vectors;
    const { columns } = this.#shape;
    found.fill(0);
    for (const chunks of await Promise.all(parts))
      for (const chunk of chunks)
        for (let j = 0; j < columns; j++) found[j] = found[j]! + chunk[j]!;
  }
}
