// Generated from solver/modules/index.ts by `npm run generate`: what problem modules import.
export type Blocks = Readonly<Record<string, number>>;
/** A point, or a direction: one Float64Array a block. Read it, do not keep it: its arrays are used again by the next call. */
export type Point<B extends Blocks> = {
    readonly [K in keyof B]: Float64Array;
};
/** What a function may return for one block: as many numbers as the block has coordinates. */
export type Numbers = readonly number[] | Float64Array;
/** Penalty of one block, made by `l1`, `l2`, `elasticNet`, `groupL2`, `box` or `nonNegative`. */
export type BlockPenalty = {
    readonly kind: 'l1';
    readonly lambda: number;
} | {
    readonly kind: 'l2';
    readonly lambda: number;
} | {
    readonly kind: 'elasticNet';
    readonly lambda: number;
    readonly l1Ratio: number;
} | {
    readonly kind: 'groupL2';
    readonly lambda: number;
} | {
    readonly kind: 'box';
    readonly low: number;
    readonly high: number;
};
/**
 * min F(x) = f(x) + Σ_b r_b(x_b). `value` and `gradient` are of the smooth part f alone; `penalty` is r.
 * Functions must depend on nothing but their arguments: the debugger calls them again to go back in time.
 * `Math.random` is drawn from the run's seed and begins the same sequence anew at each call, so it does not break this.
 */
export interface ProblemSpec<B extends Blocks> {
    /** Shown as the problem's name; default: the file's name. */
    readonly name?: string;
    /** Name → number of coordinates. Each name is a block; breakpoints and metrics stand on its line. */
    readonly blocks: B;
    /** Where the run starts, block by block; zeros where nothing is given. */
    readonly start?: {
        readonly [K in keyof NoInfer<B>]?: Numbers;
    };
    /** f(x). */
    readonly value: (x: Point<NoInfer<B>>) => number;
    /** ∇_b f(x). */
    readonly gradient: (x: Point<NoInfer<B>>, block: keyof NoInfer<B> & string) => Numbers;
    /** L_b > 0: a bound of the curvature of f in this block. Without it, steps come from probing and backtracking. */
    readonly lipschitz?: (x: Point<NoInfer<B>>, block: keyof NoInfer<B> & string) => number;
    /**
     * ∇²f(x) v: for every block, or only for `block`, the one that is asked for (then plain numbers will do; v is zero
     * outside it). Without it, curvature comes from differences of gradients.
     */
    readonly hessianVector?: (x: Point<NoInfer<B>>, v: Point<NoInfer<B>>, block: keyof NoInfer<B> & string) => Numbers | {
        readonly [K in keyof NoInfer<B>]?: Numbers;
    };
    /** r_b, block by block; none where nothing is given. */
    readonly penalty?: {
        readonly [K in keyof NoInfer<B>]?: BlockPenalty;
    };
    /** n, where f = (1/n) Σ f_i: with `rowGradient`, stochastic methods suit the problem. */
    readonly rows?: number;
    /** ∇_b f_i(x), `row` = i from 0. Its mean over all rows is `gradient`. */
    readonly rowGradient?: (x: Point<NoInfer<B>>, block: keyof NoInfer<B> & string, row: number) => Numbers;
}
/** The problem a module exports as its default. */
export declare function defineProblem<const B extends Blocks>(spec: ProblemSpec<B>): ProblemSpec<B>;
/** λ‖x_b‖₁. */
export declare function l1(lambda: number): BlockPenalty;
/** λ/2 ‖x_b‖₂²: the square, with the half. */
export declare function l2(lambda: number): BlockPenalty;
/** λ(l1Ratio ‖x_b‖₁ + (1 − l1Ratio)/2 ‖x_b‖₂²), 0 ≤ l1Ratio ≤ 1. */
export declare function elasticNet(lambda: number, l1Ratio?: number): BlockPenalty;
/** λ‖x_b‖₂: the norm, not its square; sets a whole block to zero. */
export declare function groupL2(lambda: number): BlockPenalty;
/** low ≤ x_i ≤ high for every coordinate of the block; infinite bounds are allowed. */
export declare function box(low: number, high: number): BlockPenalty;
/** x_i ≥ 0 for every coordinate of the block. */
export declare const nonNegative: BlockPenalty;
