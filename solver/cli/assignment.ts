import type { Refusal } from '../core/part.ts';
import { refuse } from '../core/refuse.ts';

/** One `--set key=value`: `problemOptions.lambda=0.5` sets a value within a value. */
export interface Assignment {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Reads `key=value`. What parses as JSON is JSON (`3`, `true`, `["gap"]`), everything else is text. */
export function assignment(text: string): Assignment | Refusal {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(at, 0)).split('.');
  if (at < 1 || path.includes('')) {
    return refuse(
      '--set',
      text,
      'is not an assignment',
      'key=value, such as problemOptions.lambda=0.5',
    );
  }
  return { path, value: jsonOrText(text.slice(at + 1)) };
}

/** The configuration with the value set; what stands in the way of a dotted key and is no record is replaced. */
export function withAssigned(
  config: Readonly<Record<string, unknown>>,
  { path, value }: Assignment,
): Readonly<Record<string, unknown>> {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return { ...config, [key]: value };
  const inner = Object.hasOwn(config, key) ? config[key] : undefined;
  const record = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
  return {
    ...config,
    [key]: withAssigned(record as Readonly<Record<string, unknown>>, { path: rest, value }),
  };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
