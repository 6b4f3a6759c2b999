import { first, hold, product } from './kernels.ts';
import { input, type Programs, type Rows } from './programs.ts';

/** A product of two square matrices of made-up numbers, for measurements; one number of it comes back. */
export class Multiplied {
  readonly size: number;
  readonly #run: () => Promise<unknown>;

  private constructor(size: number, run: () => Promise<unknown>) {
    this.size = size;
    this.#run = run;
  }

  static async of(programs: Programs, size: number): Promise<Multiplied> {
    const numbers = Float32Array.from(
      { length: size * size },
      (_, i) => ((i * 2654435761) % 1000) / 1000,
    );
    const upload = () => programs.make<object>(hold, { output: [size, size], pipeline: true });
    const [a, b] = await Promise.all([0, 1].map(() => upload()(input(numbers, [size, size]))));
    const multiply = programs.make<object>(product, {
      output: [size, size],
      constants: { size, quarter: size / 4 },
      pipeline: true,
    });
    const peek = programs.make<Rows>(first, { output: [1] });
    return new Multiplied(size, async () => peek(await multiply(a, b)));
  }

  async run(): Promise<void> {
    await this.#run();
  }
}
