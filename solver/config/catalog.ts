import type { FindingPart } from '../core/diagnostic.ts';
import type { PartMeta } from '../core/part.ts';
import generated from './catalog.generated.json';

/** The registry's parts as data, for the extension, the command line and the documentation. */
export interface Catalog {
  readonly problems: readonly (PartMeta & {
    readonly exampleData: string | null;
    readonly hasGap: boolean;
  })[];
  readonly methods: readonly MethodEntry[];
  readonly orderings: readonly (PartMeta & { readonly eachBlockOnce: boolean })[];
  readonly steps: readonly PartMeta[];
  readonly diagnostics: readonly (PartMeta & {
    readonly cost: 'block' | 'sweep';
    readonly byDefault: boolean;
    /** The finding that is judged by it. */
    readonly finding: string | null;
  })[];
  readonly findings: readonly FindingPart[];
}

interface MethodEntry extends PartMeta {
  /** Needs an ordering that visits each block exactly once a sweep. */
  readonly eachBlockOnce: boolean;
  /** Step rules it takes. */
  readonly stepRules: readonly string[];
  /** Does it offer the metric `certificate`? */
  readonly certificate: boolean;
}

export type Family = Exclude<keyof Catalog, 'findings'>;

/** The catalog as `npm run generate` wrote it; a test compares it with the registry. */
export const catalog = generated as unknown as Catalog;
