/*
 * Sources of the device's kernels. They are texts because gpu.js translates the source of a function, which a bundler
 * rewrites. A workgroup is 8 × 8 threads, neighbours along x: those read neighbouring numbers of a row of a, eight at a
 * time, a whole sector of memory. Loops have bounds that are constants: others end silently after 1,000 turns.
 */

/** a, to stay on the device. */
export const hold = 'function (a) { return a[this.thread.y][this.thread.x]; }';

/** Of column x: Σ a_ix v_i over the rows of chunk y, in four sums of every fourth row. */
export const transposed = `function (a, v) {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const first = this.thread.y * this.constants.height;
  for (let k = 0; k < this.constants.quarter; k++) {
    const i = first + 4 * k;
    s0 += a[i][this.thread.x] * v[i];
    s1 += a[i + 1][this.thread.x] * v[i + 1];
    s2 += a[i + 2][this.thread.x] * v[i + 2];
    s3 += a[i + 3][this.thread.x] * v[i + 3];
  }
  return s0 + s1 + (s2 + s3);
}`;

/** Of column x: Σ a_ix w over the listed rows i, as many as a piece has, from piece y on. */
export const rows = `function (a, index, w) {
  let s = 0;
  const first = this.thread.y * this.constants.piece;
  for (let k = 0; k < this.constants.piece; k++) {
    s += a[index[first + k]][this.thread.x] * w[first + k];
  }
  return s;
}`;

/** Of row y: Σ a_yj v_j over the columns j = x, x + width, x + 2 width, … */
export const across = `function (a, v) {
  let s = 0;
  for (let k = 0; k < this.constants.turns; k++) {
    const j = this.thread.x + k * this.constants.width;
    s += a[this.thread.y][j] * v[j];
  }
  return s;
}`;

/** w_x (Σ parts_x + shift). */
export const weigh = `function (parts, w, shift) {
  let s = 0;
  for (let k = 0; k < this.constants.width; k++) s += parts[this.thread.x][k];
  return (s + shift) * w[this.thread.x];
}`;

/** a b, both square: entry (y, x), in four sums. */
export const product = `function (a, b) {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = 0; k < this.constants.quarter; k++) {
    const i = 4 * k;
    s0 += a[this.thread.y][i] * b[i][this.thread.x];
    s1 += a[this.thread.y][i + 1] * b[i + 1][this.thread.x];
    s2 += a[this.thread.y][i + 2] * b[i + 2][this.thread.x];
    s3 += a[this.thread.y][i + 3] * b[i + 3][this.thread.x];
  }
  return s0 + s1 + (s2 + s3);
}`;

/** The first number of a. */
export const first = 'function (a) { return a[0][this.thread.x]; }';
