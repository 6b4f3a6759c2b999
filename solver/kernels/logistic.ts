/** log(1 + exp(−t)) = max(−t, 0) + log1p(exp(−|t|)): neither overflow nor cancellation. */
export function logLoss(t: number): number {
  return (t < 0 ? -t : 0) + log1p(exp(-Math.abs(t)));
}

/** 1/(1 + exp(−t)), to full relative precision at both ends. */
export function sigmoid(t: number): number {
  const e = exp(-Math.abs(t));
  return t >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/** Σ log(1 + exp(−y_i z_i)) over n rows from z[0], in the lanes of vector.ts. */
export function sumLogisticLoss(z: Float64Array, y: Float64Array, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = n - (n % 4);
  let i = 0;
  for (; i < whole; i += 4) {
    s0 += logLoss(y[i]! * z[i]!);
    s1 += logLoss(y[i + 1]! * z[i + 1]!);
    s2 += logLoss(y[i + 2]! * z[i + 2]!);
    s3 += logLoss(y[i + 3]! * z[i + 3]!);
  }
  let s = s0 + s2 + (s1 + s3);
  for (; i < n; i++) s += logLoss(y[i]! * z[i]!);
  return s;
}

/** cache[n + i] = −y_i/(1 + exp(y_i z_i)), z_i = cache[i], for all n rows. */
export function logisticResidual(cache: Float64Array, y: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) cache[n + i] = -y[i]! * sigmoid(-y[i]! * cache[i]!);
}

/** The same for the rows listed at rows[from … to), to the same bits. */
export function logisticResidualAt(
  cache: Float64Array,
  y: Float64Array,
  n: number,
  rows: Int32Array,
  from: number,
  to: number,
): void {
  for (let p = from; p < to; p++) {
    const i = rows[p]!;
    cache[n + i] = -y[i]! * sigmoid(-y[i]! * cache[i]!);
  }
}

/**
 * w[i] = ℓ″(z_i) = q_i(1 − q_i), q_i = |cache[n + i]| = 1/(1 + exp(y_i z_i)), to full relative precision: where q is so
 * near 1 that 1 − q would lose digits it is taken as e/(1 + e)², e = exp(−|z_i|).
 */
export function logisticCurvature(cache: Float64Array, n: number, w: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const q = Math.abs(cache[n + i]!);
    if (q < 0.9) w[i] = q * (1 - q);
    else {
      const e = exp(-Math.abs(cache[i]!));
      w[i] = e / ((1 + e) * (1 + e));
    }
  }
}

/*
 * The only place that calls exp, log and log1p: another backend imports these three, so that all give the same bits.
 * V8 computes them by fdlibm's algorithms in double arithmetic, off by less than 1 ulp, alike on every platform.
 */

export const exp: (t: number) => number = Math.exp;
export const log: (t: number) => number = Math.log;
export const log1p: (t: number) => number = Math.log1p;
