import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';

/** Can a trace be written to this path? The folder is made and the file emptied. */
export function openForWriting(path: string): number | Refusal {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'w');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return refuse(
      'trace',
      path,
      `cannot be written (${why})`,
      'the path of a file in a folder that can be written to',
    );
  }
}
