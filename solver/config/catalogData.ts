import generated from './catalog.generated.json';
import type { Catalog } from './catalog.ts';

/** The catalog as `npm run generate` wrote it; a test compares it with the registry. */
export const catalog = generated as unknown as Catalog;
