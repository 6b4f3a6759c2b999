/** What an expression may read: nothing else reaches it. Implemented by the run at its present position, and by recorded rows when looking back. */
export interface ExpressionScope {
  readonly k: number;
  readonly sweep: number;
  /** Name of the block that moves next (or that moved, for data breakpoints and log messages after an update). */
  readonly block: string;
  readonly blockNames: ReadonlySet<string>;
  readonly metricNames: ReadonlySet<string>;
  readonly orderingNames: ReadonlySet<string>;
  /** Present ordering's name. */
  readonly ordering: string;
  /** The metric of the current block (or of the run), or of a named block at the present x; NaN is a value. */
  metric(name: string, block?: string): number;
  /** The metric's value one update earlier (of the run, or of the block's previous visit). NaN where there is none. */
  previous(name: string, block?: string): number;
  /** Euclidean norm of a block's values x_b, or of its gradient for `gradient`. */
  values(block: string): Float64Array;
  /** Method's scalars and parameters by name (`eta`, `A`, …), or undefined. */
  parameter(name: string): number | undefined;
  isFrozen(block: string): boolean;
}
