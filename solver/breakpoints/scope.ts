/** The names an expression may use. Every `ExpressionScope` is one; what is left out is not checked while parsing. */
export interface ExpressionNames {
  readonly blockNames: ReadonlySet<string>;
  readonly metricNames: ReadonlySet<string>;
  readonly orderingNames: ReadonlySet<string>;
  /** Metrics of the whole run (`objective`, `gap`): they take no block. */
  readonly runMetricNames?: ReadonlySet<string>;
  /** Method's scalars and parameters by name (`eta`, `A`, …), or undefined. */
  parameter(name: string): number | undefined;
  /** Names `parameter` knows, for the nearest one in a refusal. */
  readonly parameterNames?: ReadonlySet<string>;
  /** Length of a known block's values, for the range of an index. */
  blockSize?(block: string): number;
}

/** What an expression may read: nothing else reaches it. Implemented by the run at its present position, and by recorded rows when looking back. */
export interface ExpressionScope extends ExpressionNames {
  readonly k: number;
  readonly sweep: number;
  /** Name of the block that moves next (or that moved, for data breakpoints and log messages after an update). */
  readonly block: string;
  /** Present ordering's name. */
  readonly ordering: string;
  /** The metric of the current block (or of the run), or of a named block at the present x; NaN is a value. */
  metric(name: string, block?: string): number;
  /** The metric's value one update earlier (of the run, or of the block's previous visit). NaN where there is none. */
  previous(name: string, block?: string): number;
  /** A block's values x_b. Shares memory with x: read at once, never kept. */
  values(block: string): Float64Array;
  isFrozen(block: string): boolean;
}
