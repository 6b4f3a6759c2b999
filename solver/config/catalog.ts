import type { PartMeta } from '../core/part.ts';

/** The registry's parts as data, for the extension, the command line and the documentation. */
export interface Catalog {
  readonly problems: readonly (PartMeta & { readonly exampleData: string | null; readonly hasGap: boolean })[];
  readonly methods: readonly PartMeta[];
  readonly orderings: readonly PartMeta[];
  readonly steps: readonly PartMeta[];
  readonly diagnostics: readonly (PartMeta & { readonly cost: 'block' | 'sweep'; readonly byDefault: boolean })[];
}
