/*
 * The only place that calls exp, log and log1p: another backend imports these three, so that all give the same bits.
 * V8 computes them by fdlibm's algorithms in double arithmetic, off by less than 1 ulp, alike on every platform.
 */

export const exp: (t: number) => number = Math.exp;
export const log: (t: number) => number = Math.log;
export const log1p: (t: number) => number = Math.log1p;
