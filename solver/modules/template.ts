/** A commented problem module that runs as it stands: what "New Problem" writes. */
export function template(name: string): string {
  return `import { defineProblem, l1 } from 'blockstep';

// Twenty points on a line with a little noise. The numbers depend on the seed alone.
const inputs = Array.from({ length: 20 }, (_, i) => [i / 10, Math.sin(i)] as const);
const outputs = inputs.map(([a, b]) => 2 * a - b + 0.5 + 0.1 * (Math.random() - 0.5));

/** The model’s prediction for a row minus the observed value. */
const residual = (x: { slope: Float64Array; offset: Float64Array }, row: number) =>
  inputs[row]![0] * x.slope[0]! + inputs[row]![1] * x.slope[1]! + x.offset[0]! - outputs[row]!;

export default defineProblem({
  name: ${JSON.stringify(name)},

  // Name → number of coordinates. Each name is a block that moves as one; set a breakpoint on it.
  blocks: {
    slope: 2,
    offset: 1,
  },

  // Where the run starts; zeros for what is left out.
  start: { slope: [0, 0], offset: [0] },

  // f(x), the smooth part: here half the mean of the squared residuals.
  value: x => inputs.reduce((sum, _, row) => sum + residual(x, row) ** 2, 0) / (2 * inputs.length),

  // ∇f(x) in one block, one number a coordinate. It is compared with value at the start.
  gradient: (x, block) => {
    const sum = block === 'slope' ? [0, 0] : [0];
    for (let row = 0; row < inputs.length; row++) {
      const r = residual(x, row) / inputs.length;
      if (block === 'slope') {
        sum[0]! += r * inputs[row]![0];
        sum[1]! += r * inputs[row]![1];
      } else sum[0]! += r;
    }
    return sum;
  },

  // r(x), block by block: l1, l2, elasticNet, groupL2, box or nonNegative. Leave it out of value and gradient.
  penalty: { slope: l1(0.01) },

  // Also possible, all of them optional:
  //   lipschitz: (x, block) => …          a bound of the curvature of f in the block; else steps are backtracked
  //   hessianVector: (x, v, block) => …   ∇²f(x) v in the block; else curvature comes from gradient differences
  //   rows: n, rowGradient: (x, block, row) => …   for stochastic methods: gradient is the mean over the rows
});
`;
}
