// What the adapter needs of a solver; child.ts has the process that is one.
export type { SolverClientLike, SolverExit } from '../child.ts';
