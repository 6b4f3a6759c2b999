// The shapes of the wire's BreakpointSpec and BreakpointStatus, stated again because this folder knows no wire;
// a test holds them equal.

export type Phase = 'order' | 'gradient' | 'step' | 'prox' | 'commit';

export interface BreakpointSpec {
  readonly id: string;
  readonly at:
    | { readonly kind: 'phase'; readonly phase: Phase }
    | { readonly kind: 'block'; readonly block: string; readonly function: boolean }
    | { readonly kind: 'sweep'; readonly function: boolean }
    | { readonly kind: 'data'; readonly metric: string; readonly block: string | null }
    | { readonly kind: 'finding'; readonly finding: string };
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}

export interface BreakpointStatus {
  readonly id: string;
  readonly verified: boolean;
  /** Why not, in one sentence. */
  readonly message?: string;
}
