import { readFileSync } from 'node:fs';
import { defineProblem } from 'blockstep';

// How three measurements explain the progression of diabetes: ridge regression,
//   f(slope, offset) = 1/(2n) ‖A slope + offset − y‖² + ridge/2 ‖slope‖².

const ridge = 0.1;
const table = readFileSync(new URL('../data/diabetes.csv', import.meta.url), 'utf8')
  .trim()
  .split(/\r?\n/)
  .map(line => line.split(','));
const [header = [], ...rows] = table;
const n = rows.length;

/** A column of the table, by its name. */
function column(name: string): number[] {
  const at = header.indexOf(name);
  if (at < 0) throw new Error(`the table has no column ${name}`);
  return rows.map(row => Number(row[at]));
}

/** A column, centred and scaled to variance 1. */
function standardized(name: string): number[] {
  const raw = column(name);
  const mean = raw.reduce((sum, v) => sum + v, 0) / n;
  const deviation = Math.sqrt(raw.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n);
  return raw.map(v => (v - mean) / deviation);
}

const columns = [standardized('bmi'), standardized('bp'), standardized('s5')];
const y = column('progression');

/** A slope + offset − y. */
function residual(slope: Float64Array, offset: number): number[] {
  return y.map((target, i) => {
    let r = offset - target;
    columns.forEach((values, j) => {
      r += (slope[j] ?? 0) * (values[i] ?? 0);
    });
    return r;
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / n;
const product = (a: readonly number[], b: readonly number[]) => a.map((v, i) => v * (b[i] ?? 0));

export default defineProblem({
  name: 'my ridge',
  blocks: { slope: 3, offset: 1 },
  start: { slope: [0, 0, 0], offset: [0] },

  value: x => {
    const r = residual(x.slope, x.offset[0] ?? 0);
    const squares = x.slope.reduce((sum, v) => sum + v * v, 0);
    return mean(product(r, r)) / 2 + (ridge / 2) * squares;
  },

  gradient: (x, block) => {
    const r = residual(x.slope, x.offset[0] ?? 0);
    if (block === 'offset') return [mean(r)];
    return columns.map((values, j) => mean(product(values, r)) + ridge * (x.slope[j] ?? 0));
  },

  // The columns have variance 1: the block's Hessian AᵀA/n + ridge I has trace 3 (1 + ridge), a bound of its largest eigenvalue.
  lipschitz: (_x, block) => (block === 'slope' ? 3 * (1 + ridge) : 1),
});
